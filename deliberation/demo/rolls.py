"""The roll of a sealed vote of the story, as the file that an agent would import."""

import random

from deliberation.demo import reading
from deliberation.demo.reading import SealedStory


def roll_csv(sealed: SealedStory, chance: random.Random) -> bytes:
    """The demo's citizens and invented others, in the order of names, one number each."""
    names = {person.name for person in reading.demo_people() if not person.roles}
    taken = {person.name for person in reading.people()}
    firsts, lasts = zip(*(name.split(" ", 1) for name in sorted(taken)), strict=True)
    while len(names) < sealed.electors:
        name = f"{chance.choice(firsts)} {chance.choice(lasts)}"
        if name not in taken:
            names.add(name)
    ordered = sorted(names, key=lambda name: name.split(" ", 1)[::-1])
    rows = [
        f"{sealed.prefix}-{number:03};{name}\r\n" for number, name in enumerate(ordered, start=1)
    ]
    return ("identifiant;nom\r\n" + "".join(rows)).encode()
