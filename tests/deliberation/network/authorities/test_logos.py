"""A logo is a drawing and nothing else."""

import pytest

from deliberation.core.errors import Invalid
from deliberation.network.authorities.logos import check_logo

SVG = 'xmlns="http://www.w3.org/2000/svg"'
GRADIENT = '<linearGradient id="a"><stop offset="1"/></linearGradient>'


@pytest.mark.parametrize(
    "drawing",
    [
        "",
        f'<svg {SVG} viewBox="0 0 8 8"><title>Ville</title><path d="M0 0h8v8z"/></svg>',
        f'<svg {SVG}><defs>{GRADIENT}</defs><rect style="fill:url(#a)" width="8"/></svg>',
    ],
)
def test_a_plain_drawing_is_taken(drawing: str) -> None:
    check_logo(drawing)


@pytest.mark.parametrize(
    "drawing",
    [
        "bonjour",
        "<b>non</b>",
        "<svg></svg>",
        f"<svg {SVG}>",
        f"<svg {SVG}></svg><p>suite</p>",
        f'<svg {SVG} onload="x()"/>',
        f"<svg {SVG}><script>x()</script></svg>",
        "<s:svg xmlns:s='http://www.w3.org/2000/svg'><s:script>x()</s:script></s:svg>",
        f'<svg {SVG} xmlns:h="http://www.w3.org/1999/xhtml"><h:script>x()</h:script></svg>',
        f'<svg {SVG} xmlns:l="http://www.w3.org/1999/xlink"><g l:href="javascript:x()"/></svg>',
        f'<svg {SVG}><a href="https://example.org"><path d="M0 0h8"/></a></svg>',
        f'<svg {SVG}><image href="https://example.org/x.png"/></svg>',
        f"<svg {SVG}><style>path{{fill:red}}</style></svg>",
        f'<svg {SVG}><rect fill="url(https://example.org/x)"/></svg>',
        f"<svg {SVG}><rect style=\"fill:url( 'https://example.org/x')\"/></svg>",
        f'<svg {SVG}><rect style="fill:u\\72l(https://example.org/x)"/></svg>',
        f'<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg {SVG}><title>&a;</title></svg>',
        f'<?xml-stylesheet href="https://example.org/x.css"?><svg {SVG}/>',
    ],
)
def test_whatever_acts_or_reaches_out_is_refused(drawing: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_logo(drawing)
    assert refusal.value.errors == {"logo": ("not-a-logo", {})}
