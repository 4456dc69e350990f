"""Draw plausible ballots from the groups of a story's electorate."""

import random
from collections.abc import Sequence

from deliberation.demo.reading import CampStory, ElectorateStory, PollStory


def draw_ballots(poll: PollStory, chance: random.Random) -> list[dict[int, int]]:
    """As many choices as the electorate has ballots: option number -> grade, rank or 1."""
    electorate = poll.electorate
    assert electorate is not None
    names = [option.name for option in poll.option]
    shares = [camp.share for camp in electorate.camp]
    return [
        _draw(electorate, camp, names, chance)
        for camp in chance.choices(electorate.camp, shares, k=electorate.ballots)
    ]


def _draw(
    electorate: ElectorateStory, camp: CampStory, names: Sequence[str], chance: random.Random
) -> dict[int, int]:
    if camp.weights:
        return _grades(electorate, camp, names, chance)
    if camp.approves:
        return {
            number: 1
            for number, name in enumerate(names, 1)
            if chance.random() < camp.approves[name]
        }
    return _ranking(camp, names, chance)


def _grades(
    electorate: ElectorateStory, camp: CampStory, names: Sequence[str], chance: random.Random
) -> dict[int, int]:
    return {
        number: chance.choices(range(1, len(camp.weights[name]) + 1), camp.weights[name])[0]
        for number, name in enumerate(names, 1)
        if chance.random() >= electorate.no_opinion
    }


def _ranking(camp: CampStory, names: Sequence[str], chance: random.Random) -> dict[int, int]:
    """Plackett-Luce: each next name is drawn with odds in proportion to its strength."""
    least, most = camp.ranked or [1, len(names)]
    left = {number: camp.strengths[name] for number, name in enumerate(names, 1)}
    ranks: dict[int, int] = {}
    for rank in range(1, chance.randint(least, min(most, len(names))) + 1):
        (number,) = chance.choices(list(left), list(left.values()))
        ranks[number] = rank
        del left[number]
    return ranks
