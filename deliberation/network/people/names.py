"""Names that people sign with: readable, and not the name of an authority or of its staff."""

import re
import unicodedata
from functools import lru_cache

from sqlalchemy import select

from deliberation.core.context import RequestContext
from deliberation.core.errors import Invalid
from deliberation.network.authorities.model import Authority
from deliberation.network.people.model import Membership, Person
from voting.names.confusables import skeleton

# Words that, together with an authority's name, claim to speak for it.
OFFICES = """
    accueil administration agence agglomération cabinet canton cc ccas commune communauté conseil
    département direction dgs échevin élu élue élus epci équipe hôtel mairie maire maires
    métropole modérateur modération modératrice municipal municipale municipalité officiel
    officielle pays préfecture préfet préfète région secrétariat service services site
    sous-préfecture syndicat village ville
"""
# Signs that are drawn as others in most typefaces.
_ALIKE = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "5": "s"})


async def check_name(ctx: RequestContext, name: str) -> None:
    """Refuse a citizen's name that would be read as an authority's, or as that of its people.

    Whoever holds a role is known by it and may bear such a name. Raises `Invalid`: `name-of-other`.
    """
    if ctx.person.roles:
        return
    folded = name_skeleton(name)
    authorities = [
        name_skeleton(one) for one in (await ctx.db.scalars(select(Authority.name))).all()
    ]
    held = select(Membership.person_id)
    people = await ctx.db.scalars(select(Person.name).where(Person.id.in_(held)))
    if any(speaks_for(folded, one) for one in authorities) or folded in {
        name_skeleton(one) for one in people.all()
    } - {""}:
        raise Invalid({"name": "name-of-other"})


def speaks_for(name: str, authority: str) -> bool:
    """Whether a name is an authority's, alone or with an office; both are skeletons.

    >>> speaks_for(name_skeleton("Mairie de Zoetebecque"), name_skeleton("Zoetebecque"))
    True
    >>> speaks_for(name_skeleton("Jeanne Zoetebecque"), name_skeleton("Zoetebecque"))
    False
    """
    words = set(name.split())
    named = f" {authority} " in f" {name} "
    return name == authority or (named and not words.isdisjoint(_OFFICES))


@lru_cache(maxsize=2**16)  # each check compares with the names of all authorities and their people
def name_skeleton(name: str) -> str:
    """A name's words as they look: without case, accents, marks between words, or look-alikes."""
    letters = skeleton(name).casefold().translate(_ALIKE)
    plain = "".join(one for one in letters if not unicodedata.combining(one))
    return " ".join(re.findall(r"[^\W_]+", plain))


_OFFICES = frozenset(map(name_skeleton, OFFICES.split()))
