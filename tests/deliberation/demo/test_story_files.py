"""The demo's story and its real elections are well-formed data."""

import random
import re
import tomllib
from collections.abc import Iterator
from datetime import date, time
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec
import pytest

from deliberation.demo.reading import SealedStory
from deliberation.demo.rolls import roll_csv
from deliberation.elections.electorate.roll_file import read_roll

Table = dict[str, Any]

SEEDS = Path(__file__).parents[3] / "deliberation" / "demo"
STORY = SEEDS / "story"
PHASES = ("information", "proposals", "discussion", "vote", "decision", "follow_up")
METHODS = ("majority_judgment", "approval", "schulze", "instant_runoff")
DECISIONS = ("accepted", "partly", "studied", "declined", "informed")
REASONS = ("off_topic", "personal_attack", "illegal", "advertising", "personal_data")
ROLES = ("administrator", "agent", "moderator", "official")
KINDS = ("commune", "epci", "department", "region", "association")
# Large towns of the north of France: an invented network names none of them.
REAL_TOWNS = (
    "Lille",
    "Roubaix",
    "Tourcoing",
    "Dunkerque",
    "Calais",
    "Boulogne",
    "Arras",
    "Lens",
    "Béthune",
    "Douai",
    "Valenciennes",
    "Cambrai",
    "Maubeuge",
    "Hazebrouck",
    "Saint-Omer",
    "Amiens",
    "Beauvais",
    "Compiègne",
    "Armentières",
    "Bailleul",
    "Cassel",
    "Bergues",
    "Gravelines",
    "Liévin",
    "Bruay",
    "Wardrecques",
    "Lillers",
    "Aire-sur-la-Lys",
    "Merville",
    "Estaires",
)


def read(path: Path) -> Table:
    return tomllib.loads(path.read_text(encoding="utf-8"))


NETWORK = {row["slug"]: row for row in read(STORY / "network.toml")["authority"]}
PEOPLE = {row["key"]: row for row in read(STORY / "people.toml")["person"]}
CONSULTATIONS = {p.stem: read(p) for p in sorted((STORY / "consultations").glob("*.toml"))}
ELECTIONS = {p.stem: read(p) for p in sorted((SEEDS / "elections").glob("*.toml"))}
CITIZENS = [row for row in PEOPLE.values() if "roles" not in row]

each_consultation = pytest.mark.parametrize("slug", CONSULTATIONS)


def proposals() -> Iterator[tuple[Table, Table]]:
    for consultation in CONSULTATIONS.values():
        for proposal in consultation.get("proposal", []):
            yield consultation, proposal


def comments(proposal: Table) -> Iterator[Table]:
    for comment in proposal.get("comment", []):
        yield comment
        yield from comment.get("reply", [])


def polls() -> Iterator[tuple[Table, Table]]:
    for consultation in CONSULTATIONS.values():
        for poll in consultation.get("poll", []):
            yield consultation, poll


def option_key(option: Table) -> str:
    key: str = option["proposal"] if "proposal" in option else option["key"]
    return key


def values(data: Any) -> Iterator[Any]:
    if isinstance(data, dict):
        yield from chain.from_iterable(values(item) for item in data.values())
    elif isinstance(data, list):
        yield from chain.from_iterable(values(item) for item in data)
    else:
        yield data


def words(text: str) -> int:
    return len(text.split())


def has_role(person: str, authority: str, role: str) -> bool:
    return {"authority": authority, "role": role} in PEOPLE[person].get("roles", [])


def current(consultation: Table) -> set[str]:
    return {p["kind"] for p in consultation["phase"] if p["from"] <= 0 < p["to"]}


def majority_value(tally: list[float]) -> list[int]:
    """Lower medians removed one after the other; a plain reading of the definition."""
    judgments = [grade for grade, count in enumerate(tally) for _ in range(round(count))]
    value = []
    while judgments:
        value.append(judgments.pop((len(judgments) - 1) // 2))
    return value


# --- the network and its people


def test_the_network_has_a_region_an_intercommunality_and_three_communes() -> None:
    kinds = [row["kind"] for row in NETWORK.values()]
    assert sorted(kinds) == ["association", "commune", "commune", "commune", "epci", "region"]
    assert set(kinds) <= set(KINDS)
    assert all(member in NETWORK for row in NETWORK.values() for member in row["members"])


@pytest.mark.parametrize("slug", NETWORK)
def test_an_authority_has_what_its_legal_pages_and_its_look_need(slug: str) -> None:
    row = NETWORK[slug]
    for field in ("name", "tagline", "address", "publication_director", "host"):
        assert row[field].strip()
    assert re.fullmatch(r"#[0-9A-F]{6}", row["accent"])
    assert re.fullmatch(r"03 00 00 \d\d \d\d", row["phone"])
    logo = (STORY / "logos" / f"{slug}.svg").read_text(encoding="utf-8")
    assert len(logo.encode()) <= 1500
    assert f"{row['name']}</title>" in logo
    assert "script" not in logo
    assert "href" not in logo


def test_every_address_ends_in_example_org() -> None:
    texts = [value for value in values([NETWORK, PEOPLE, CONSULTATIONS]) if isinstance(value, str)]
    found = [word for text in texts for word in re.findall(r"\S+@\S+", text)]
    assert len(found) >= len(PEOPLE)
    assert all(word.endswith("@example.org") for word in found)


def test_people_have_their_own_key_name_and_address() -> None:
    rows = read(STORY / "people.toml")["person"]
    for field in ("key", "name", "email"):
        assert len({row[field] for row in rows}) == len(rows)
    assert len(CITIZENS) >= 140
    assert all(row["home"] for row in CITIZENS)


def test_roles_are_known_and_held_in_an_authority_of_the_network() -> None:
    held = [role for row in PEOPLE.values() for role in row.get("roles", [])]
    assert {role["role"] for role in held} == set(ROLES)
    assert {role["authority"] for role in held} == set(NETWORK)


def test_eight_people_can_be_tried_and_say_what_for() -> None:
    demo = [row for row in PEOPLE.values() if row.get("demo")]
    assert len(demo) == 8
    assert all(row["who"].endswith(".") for row in demo)


# --- the consultations


def test_each_phase_is_running_somewhere_and_one_consultation_is_to_come_one_is_over() -> None:
    running = set().union(*(current(c) for c in CONSULTATIONS.values()))
    assert running == set(PHASES)
    assert any(all(p["from"] > 0 for p in c["phase"]) for c in CONSULTATIONS.values())
    over = [c for c in CONSULTATIONS.values() if all(p["to"] <= 0 for p in c["phase"])]
    assert over
    assert all(c["result_answer"] for c in over)


@each_consultation
def test_a_consultation_fits_its_page(slug: str) -> None:
    row = CONSULTATIONS[slug]
    assert row["slug"] == slug
    assert row["authority"] in NETWORK
    for field, limit in (("title", 80), ("question", 140), ("summary", 300), ("promise", 400)):
        assert 0 < len(row[field]) <= limit, field
    for field in ("decided", "open", "not_negotiable"):
        assert 1 <= len(row[field]) <= 4
        assert all(len(line) <= 160 for line in row[field])
    assert 150 <= words(row["body"]) <= 350


@each_consultation
def test_phases_come_once_each_in_order_and_in_days_from_now(slug: str) -> None:
    phases = CONSULTATIONS[slug]["phase"]
    kinds = [phase["kind"] for phase in phases]
    assert kinds == [kind for kind in PHASES if kind in kinds]
    starts = [phase["from"] for phase in phases]
    assert starts == sorted(starts)
    assert all(type(p["from"]) is int and type(p["to"]) is int for p in phases)
    assert all(p["from"] < p["to"] for p in phases)


def test_no_date_of_the_story_is_absolute() -> None:
    story = list(values([NETWORK, PEOPLE, CONSULTATIONS]))
    assert not [value for value in story if isinstance(value, date | time)]
    years = [y for v in story if isinstance(v, str) for y in re.findall(r"\b(20\d\d)\b", v)]
    assert all(int(year) <= 2021 for year in years)


def test_the_story_names_no_real_town() -> None:
    named = re.compile(r"\b(" + "|".join(REAL_TOWNS) + r")\b")
    texts = [v for v in values([NETWORK, PEOPLE, CONSULTATIONS]) if isinstance(v, str)]
    assert not [match[0] for text in texts if (match := named.search(text))]


def test_texts_use_french_typography() -> None:
    texts = [v for v in values([NETWORK, PEOPLE, CONSULTATIONS]) if isinstance(v, str)]
    assert not [text for text in texts if "'" in text or '"' in text]
    assert not [text for text in texts if re.search(r" [;!?»]|« ", text)]


# --- proposals, comments, answers


def test_the_network_is_alive() -> None:
    assert sum(1 for _ in proposals()) >= 230
    assert sum(1 for _, p in proposals() for _ in comments(p)) >= 450


def test_no_two_proposals_share_a_title_or_a_key() -> None:
    titles = [proposal["title"].casefold() for _, proposal in proposals()]
    assert len(set(titles)) == len(titles)
    for consultation in CONSULTATIONS.values():
        keys = [proposal["key"] for proposal in consultation.get("proposal", [])]
        assert len(set(keys)) == len(keys)


def test_no_two_texts_are_the_same() -> None:
    bodies = [p["body"] for _, p in proposals()]
    bodies += [c["body"] for _, p in proposals() for c in comments(p)]
    assert len(set(bodies)) == len(bodies)


def test_a_proposal_fits_its_page_and_was_made_while_proposals_were_open() -> None:
    for consultation, row in proposals():
        [phase] = [p for p in consultation["phase"] if p["kind"] == "proposals"]
        assert row["author"] in PEOPLE
        assert 0 < len(row["title"]) <= 80
        assert words(row["body"]) >= 25, row["title"]
        assert len(row["body"]) <= 1500
        assert row["theme"] in consultation["themes"]
        assert phase["from"] <= row["day"] < min(phase["to"], 1), row["title"]


def test_a_proposal_has_no_more_supports_than_there_are_other_citizens() -> None:
    assert all(0 <= row["supports"] < len(CITIZENS) for _, row in proposals())


def test_proposals_have_different_lengths_and_many_authors() -> None:
    lengths = [words(row["body"]) for _, row in proposals()]
    assert sum(length < 40 for length in lengths) >= 15
    assert sum(length >= 60 for length in lengths) >= 80
    assert len({row["author"] for _, row in proposals()}) >= 90


def test_a_comment_has_a_known_author_a_stance_and_a_reasonable_length() -> None:
    for _, proposal in proposals():
        for comment in proposal.get("comment", []):
            assert comment["stance"] in ("for", "against", "question")
            assert all("stance" not in reply for reply in comment.get("reply", []))
        for text in comments(proposal):
            assert text["author"] in PEOPLE
            assert words(text["body"]) <= 75
            assert 3 <= len(text["body"]) <= 600


def test_a_hidden_comment_was_reported_and_hidden_by_a_moderator_with_a_public_reason() -> None:
    found = [
        (consultation["authority"], comment)
        for consultation, proposal in proposals()
        for comment in proposal.get("comment", [])
        if "hidden" in comment
    ]
    assert found
    for authority, comment in found:
        hidden = comment["hidden"]
        assert hidden["reason"] in REASONS
        assert has_role(hidden["by"], authority, "moderator")
        assert hidden["reported_by"] in PEOPLE
        assert hidden["reported_by"] != comment["author"]
        assert hidden["reason_note"].endswith(".")


def test_one_report_still_waits_for_a_moderator() -> None:
    waiting = [c["report"] for _, p in proposals() for c in p.get("comment", []) if "report" in c]
    assert waiting
    assert all(r["reason"] in REASONS and r["by"] in PEOPLE for r in waiting)


def test_an_answer_comes_from_an_official_of_the_authority_after_the_proposal() -> None:
    for consultation, proposal in proposals():
        answers = proposal.get("answer", [])
        assert len(answers) <= 1
        for answer in answers:
            assert has_role(answer["author"], consultation["authority"], "official")
            assert answer["decision"] in DECISIONS
            assert proposal["day"] < answer["day"] <= 0
            assert 80 <= words(answer["body"]) <= 160, proposal["title"]


# --- polls


def test_a_poll_names_known_methods_and_distinct_options() -> None:
    for consultation, poll in polls():
        keys = {row["key"] for row in consultation.get("proposal", [])}
        options = [option_key(option) for option in poll["option"]]
        assert poll["method"] in METHODS
        assert poll.get("compare", "approval") in METHODS
        assert poll.get("compare") != poll["method"]
        assert len(set(options)) == len(options) >= 3
        assert all(o["proposal"] in keys for o in poll["option"] if "proposal" in o)
        assert all(o["title"] for o in poll["option"] if "key" in o)
        assert all(len(o["description"]) <= 300 for o in poll["option"])
        assert ("grades" in poll) == (poll["method"] == "majority_judgment")
        assert "vote" in {phase["kind"] for phase in consultation["phase"]}


def test_ballots_are_described_only_for_votes_that_have_begun() -> None:
    for consultation, poll in polls():
        [vote] = [phase for phase in consultation["phase"] if phase["kind"] == "vote"]
        assert ("electorate" in poll) == (vote["from"] <= 0)


def test_camps_cover_the_electorate_and_every_option() -> None:
    for consultation, poll in polls():
        if "electorate" not in poll:
            continue
        electorate = poll["electorate"]
        options = {option_key(option) for option in poll["option"]}
        assert electorate["ballots"] >= (40 if "sealed" in consultation else 500)
        assert sum(camp["share"] for camp in electorate["camp"]) == pytest.approx(1)
        for camp in electorate["camp"]:
            if poll["method"] == "majority_judgment":
                assert set(camp["weights"]) == options
                assert {len(w) for w in camp["weights"].values()} == {len(poll["grades"])}
            elif poll["method"] == "approval":
                assert set(camp["approves"]) == options
                assert all(0 <= share <= 1 for share in camp["approves"].values())
            else:
                assert set(camp["strengths"]) == options
                assert 1 <= camp["ranked"][0] <= camp["ranked"][1] <= len(options)


def sealed() -> Iterator[tuple[Table, Table]]:
    for consultation in CONSULTATIONS.values():
        if "sealed" in consultation:
            yield consultation, consultation["sealed"]


def test_one_sealed_vote_is_counted_and_one_is_open_to_those_who_try_the_demo() -> None:
    counted = [row for _, row in sealed() if "count" in row]
    running = [row for c, row in sealed() if "vote" in current(c)]
    assert (len(counted), len(running)) == (1, 1)
    assert all(key in counted[0] for key in ("lost", "extension", "paper"))
    assert running[0]["demo_credentials"]
    assert counted[0]["electors"] >= 400


def test_two_agents_of_the_authority_decide_what_a_sealed_vote_needs_two_for() -> None:
    for consultation, row in sealed():
        first, second = row["agents"]
        assert first != second
        for agent in (first, second):
            roles = ("agent", "administrator")
            assert any(has_role(agent, consultation["authority"], role) for role in roles)


def test_a_sealed_vote_has_three_trustees_and_one_question() -> None:
    for consultation, row in sealed():
        names = [one["name"] for one in row["trustee"]]
        assert len(set(names)) == 3
        assert all(len(name) <= 120 for name in names)
        assert len(consultation["poll"]) == 1


def test_what_happens_to_a_sealed_vote_happens_while_it_is_open_or_is_its_count() -> None:
    for consultation, row in sealed():
        [vote] = [phase for phase in consultation["phase"] if phase["kind"] == "vote"]
        end = vote["to"]
        if longer := row.get("extension"):
            assert vote["from"] < longer["day"] < longer["day"] + 0.25 < vote["to"] < longer["to"]
            end = longer["to"]
        for step in ("lost", "paper"):
            if step in row:
                assert vote["from"] < row[step]["day"] < row[step]["day"] + 0.25 < end
        if "count" in row:
            assert len(set(row["count"]["by"])) == 2
            assert end < row["count"]["day"]
            assert all(row["count"]["day"] < one["day"] for one in consultation["result_answer"])


def test_a_roll_has_everybody_once_and_those_who_can_be_tried() -> None:
    for _, row in sealed():
        story = msgspec.convert(row, SealedStory)
        lines = read_roll(roll_csv(story, random.Random(1)))
        names = [line.name for line in lines.lines]
        assert not lines.faults
        assert len(set(names)) == row["electors"]
        assert {p["name"] for p in PEOPLE.values() if p.get("demo") and "roles" not in p} <= set(
            names
        )


def test_a_closed_majority_judgment_vote_has_thousands_of_ballots() -> None:
    closed = [
        poll["electorate"]["ballots"]
        for consultation, poll in polls()
        if poll["method"] == "majority_judgment"
        and "electorate" in poll
        and "vote" not in current(consultation)
    ]
    assert max(closed) >= 3000


def test_a_result_answer_speaks_of_the_result_that_the_ballots_will_give() -> None:
    told = [(c, answer) for c in CONSULTATIONS.values() for answer in c.get("result_answer", [])]
    assert len(told) >= 2
    for consultation, answer in told:
        assert has_role(answer["author"], consultation["authority"], "official")
        assert answer["decision"] in DECISIONS
        ranking = expected_ranking(consultation["poll"][answer["poll"] - 1])
        assert ranking[:2] == [answer["winner"], answer["runner_up"]]


def expected_ranking(poll: Table) -> list[str]:
    """Options, best first, on 1,000 expected ballots; no opinion counts as the worst grade."""
    electorate, tallies = poll["electorate"], {}
    for option in map(option_key, poll["option"]):
        tally = [0.0] * len(poll["grades"])
        for camp in electorate["camp"]:
            weights = camp["weights"][option]
            for grade, weight in enumerate(weights):
                tally[grade] += 1000 * camp["share"] * weight / sum(weights)
        tally = [count * (1 - electorate["no_opinion"]) for count in tally]
        tally[0] += 1000 * electorate["no_opinion"]
        tallies[option] = tally
    return sorted(tallies, key=lambda option: majority_value(tallies[option]), reverse=True)


# --- real elections


@pytest.mark.parametrize("name", ELECTIONS)
def test_an_election_says_where_its_numbers_come_from(name: str) -> None:
    row = ELECTIONS[name]
    for field in ("title", "place", "source", "source_url", "status", "note"):
        assert row[field].strip()
    assert isinstance(row["date"], date)
    assert row["kind"] in ("grades", "rankings")
    assert row["method"] in METHODS
    assert row["compare"] in METHODS
    assert row["published_winner"] in row["options"]


def test_the_2012_survey_gives_its_published_ranking() -> None:
    survey = ELECTIONS["presidentielle-2012-opinionway"]
    tallies = survey["tallies"]
    assert list(tallies) == survey["options"]
    assert {sum(tally) for tally in tallies.values()} == {survey["judges"]} == {737}
    assert {len(tally) for tally in tallies.values()} == {len(survey["grades"])} == {7}
    ranking = sorted(tallies, key=lambda name: majority_value(tallies[name]), reverse=True)
    assert ranking == survey["published_ranking"]
    assert ranking[0] == survey["published_winner"]


def test_burlington_gives_its_published_contests_and_last_round() -> None:
    election = ELECTIONS["burlington-2009"]
    ballots = [(b["count"], [name for [name] in b["ranking"]]) for b in election["ballot"]]

    def first(remaining: set[str]) -> dict[str, int]:
        votes = dict.fromkeys(remaining, 0)
        for count, ranking in ballots:
            if kept := [name for name in ranking if name in remaining]:
                votes[kept[0]] += count
        return votes

    wright, kiss, montroll = election["options"]
    assert first({wright, kiss, montroll}) == {wright: 3297, kiss: 2982, montroll: 2554}
    assert first({wright, kiss}) == {wright: 4064, kiss: 4314}
    assert first({montroll, kiss}) == {montroll: 4067, kiss: 3477}
    assert first({montroll, wright}) == {montroll: 4597, wright: 3668}
    assert election["published_winner"] == kiss
    assert election["published_condorcet_winner"] == montroll
