"""Rules and cautions say what is true of each vote, over every combination that a vote can be."""

from collections.abc import Iterator, Sequence
from itertools import chain, combinations, product
from uuid import uuid4

import pytest

from deliberation.elections.electorate.letter_texts import Mailing, _texts
from deliberation.elections.methods.offered import OFFERED, SETTINGS, ballot_of, usual
from deliberation.elections.methods.texts import METHOD_LABELS, MISSING_LABELS
from deliberation.elections.polls import texts as votes
from deliberation.elections.polls.eligibility import ROLLED
from deliberation.elections.polls.label_texts import GRADES
from deliberation.elections.polls.model import ELIGIBILITIES, SECRECIES
from deliberation.elections.polls.queries import GradeView, OptionView, PollView
from deliberation.elections.rules import counting_texts
from deliberation.elections.rules.texts import Chapter, consultation_rules, right
from deliberation.process.consultations.model import PHASE_KINDS
from tests.deliberation.elections.electorate.test_letter_texts import NOON
from voting.methods import METHODS, comparable

TREATMENTS = ("worst", "median", "normalised", "exclude")
LANGS = ("fr", "en")


def a_poll(**values: object) -> PollView:
    given: dict[str, object] = {
        "id": uuid4(),
        "number": 1,
        "question": "Par quelle rue commencer ?",
        "method": "majority_judgment",
        "method_options": {"missing": "worst"},
        "compared": None,
        "approved_from": "",
        "grades": [GradeView(mark, name) for mark, name in enumerate(GRADES, start=1)],
        "options": [OptionView(1, "Rue de la Gare", "", None)],
        "phase": None,
        "opens_at": None,
        "closes_at": None,
        "state": "coming",
        "secrecy": "plain",
        "eligibility": "email",
        "whole_ballots": False,
        "source": "live",
        "source_note": "",
        "tie_seed": "velo/1",
        **values,
    }
    method = METHODS[str(given["method"])]
    if method.ballot != "grades":
        set_by_agents = {option for options in SETTINGS.values() for option in options}
        chosen = {name: usual(method.name, name) for name in method.options.keys() & set_by_agents}
        given |= {"grades": [], "method_options": chosen}
    given |= {"seats": 2} if method.needs == "seats" else {}
    given |= {"budget": 90_000} if method.needs == "budget" else {}
    return PollView(ballot=ballot_of(method.name), **given)  # type: ignore[arg-type]


def every_vote() -> Iterator[PollView]:
    """Each combination of secrecy, level, method, its options, comparison and agreement; of all
    levels, only for one method per family.
    """
    first = {METHODS[name].family: name for name in reversed(OFFERED)}
    for secrecy, eligibility, method, whole in product(
        SECRECIES, ELIGIBILITIES, OFFERED, (False, True)
    ):
        row = METHODS[method]
        if secrecy == "sealed" and eligibility not in ROLLED:
            continue
        if secrecy == "sealed" and not row.summable and not whole:
            continue
        if method != first[row.family] and eligibility not in ("email", "code"):
            continue
        for compared in (None, *comparable(method)[:3]):
            for missing in TREATMENTS if row.ballot == "grades" else ("",):
                yield a_poll(
                    secrecy=secrecy,
                    eligibility=eligibility,
                    method=method,
                    whole_ballots=whole,
                    compared=compared,
                    approved_from="Assez bien" if compared == "approval" else "",
                    method_options={"missing": missing} if missing else {},
                )


def every_calendar() -> Iterator[tuple[str, ...]]:
    """Each set of phases."""
    sizes = range(len(PHASE_KINDS) + 1)
    yield from chain.from_iterable(combinations(PHASE_KINDS, size) for size in sizes)


def flat(chapters: Sequence[Chapter]) -> str:
    """All that some chapters say, no-break spaces made plain."""
    said = []
    for chapter in chapters:
        said += [chapter.title, *chapter.sentences, *chapter.points, flat(chapter.parts)]
    return plain(" ".join(said))


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def rules(kinds: Sequence[str], *polls: PollView, lang: str = "fr") -> str:
    return flat(consultation_rules(lang, "Bourg", kinds, polls))


def holds(said: str, poll: PollView) -> None:
    """Assert that a text says what is true of this kind of vote, and nothing of the other kind."""
    open_ = poll.secrecy == "plain"
    assert ("n’est pas secret" in said) is open_
    assert ("scellé" in said) is not open_
    assert ("dépositaires" in said) is not open_
    assert ("inscrites sur la liste" in said) is (poll.eligibility in ROLLED)
    assert ("plusieurs adresses" in said) is (poll.eligibility == "email")
    assert ("adresse électronique" in said) is (poll.eligibility in ("email", "roll"))
    assert ("fournisseur d’identité" in said) is (poll.eligibility == "oidc")
    assert ("par courrier" in said) is (poll.eligibility == "code")
    assert ("navigateur" in said) is (poll.eligibility == "link")
    assert "moins de dix bulletins" in said
    assert "seul le classement" in said
    assert ("aucun bulletin entier" in said.lower()) is not poll.whole_ballots
    assert ("chaque bulletin différent" in said) is poll.whole_ballots
    assert ("des sommes seulement" in said) is (
        METHODS[poll.method].summable and not poll.whole_ballots
    )
    assert "Ni l’âge, ni l’identité" not in said, "that is said of those who write"


@pytest.mark.parametrize("poll", list(every_vote()), ids=lambda p: f"{p.secrecy}-{p.eligibility}")
def test_t1_prof_5_rules_say_what_each_vote_is_and_nothing_else(poll: PollView) -> None:
    said = rules(["vote", "decision"], poll)
    holds(said, poll)
    assert METHOD_LABELS[poll.method] in said
    assert ("À titre de comparaison" in said) is (poll.compared is not None)
    assert ("« Assez bien » y valent approbation" in said) is bool(poll.approved_from)
    supported = () if METHODS[poll.method].family == "budgets" else ("soutien",)
    for word in ("propos", *supported, "modération", "signaler", "Un texte"):
        assert word not in said, "nothing can be written here"
    treated = [one for one in MISSING_LABELS.values() if one in said]
    assert max(treated, key=len, default=None) == MISSING_LABELS.get(
        poll.method_options.get("missing", "") if poll.grades else ""
    ), "one of the treatments begins as another"
    lowest = "Une option que vous n’évaluez pas compte comme « À rejeter »."
    worst = bool(poll.grades) and poll.method_options.get("missing") == "worst"
    assert (lowest in said) is worst
    assert "%(" not in said + rules(["vote"], poll, lang="en")


@pytest.mark.parametrize("poll", list(every_vote()), ids=lambda p: f"{p.secrecy}-{p.eligibility}")
def test_t1_the_ballots_folds_say_the_very_sentences_of_the_rules(poll: PollView) -> None:
    for lang in LANGS:
        said = rules(["vote"], poll, lang=lang)
        told = votes.guards(lang, poll)
        same = [
            *votes.who(lang, poll),
            *counting_texts.how(lang, poll),
            counting_texts.seed(lang, poll),
        ]
        for sentence in (*same, *told.protected, *told.exposed, *told.published):
            assert plain(sentence) in said
        assert not any("%(" in one or "%%" in one for one in (*told.unpromised, *same))


@pytest.mark.parametrize("kinds", list(every_calendar()), ids="-".join)
def test_t1_chapters_exist_only_for_the_phases_that_exist(kinds: tuple[str, ...]) -> None:
    for polls in ((), (a_poll(eligibility="code", secrecy="sealed"),), (a_poll(source="import"),)):
        chapters = consultation_rules("fr", "Bourg", kinds, polls)
        codes = [chapter.code for chapter in chapters]
        writing = "proposals" in kinds
        live = [poll for poll in polls if poll.source == "live"]
        assert ("proposals" in codes) is ("moderation" in codes) is writing
        assert ("votes" in codes) is bool(polls)
        said = flat(chapters)
        assert ("adresse électronique" in said) is writing
        assert ("Un texte envoyé après" in said) is writing
        voting = bool(live) or ("vote" in kinds and not polls)
        assert ("Un vote envoyé après" in said) is voting
        assert ("pas encore écrite" in said) is (voting and not live)
        assert ("éclaire la décision" in said) is (writing or voting)
        assert ("Un vote passé, recompté ici" in said) is any(p.source == "import" for p in polls)
        assert "n’est pas secret" not in said, "neither a sealed vote nor one held elsewhere"


def test_t1_a_debate_without_proposals_promises_nothing() -> None:
    assert "Soutenir" not in right("fr", "discussion", ["discussion"])
    assert right("fr", "discussion", ["proposals", "discussion"]) == "Soutenir et argumenter."


def test_t1_votes_of_several_kinds_are_each_named() -> None:
    one = a_poll(question="Quel projet ?")
    other = a_poll(question="Quel lieu ?", eligibility="code", secrecy="sealed", number=2)
    said = rules(["vote"], one, other)
    assert "« Quel projet ? »" in said
    assert "« Quel lieu ? »" in said
    exposed = [
        part.title
        for chapter in consultation_rules("fr", "Bourg", ["vote"], [one, other])
        for part in chapter.parts
        if part.code == "exposed"
    ]
    assert len(exposed) == 2
    assert exposed[0] != exposed[1]


@pytest.mark.parametrize("secrecies", [{"plain"}, {"sealed"}, {"plain", "sealed"}])
def test_t1_letters_say_what_the_ballot_says(secrecies: set[str]) -> None:
    said = _texts(
        Mailing(
            lang="fr",
            authority="Bourg",
            contact=[],
            title="Budget",
            question="Quels projets ?",
            link="https://example.org",
            opens_at=NOON,
            closes_at=NOON,
            written_at=NOON,
            secrecies=frozenset(secrecies),
        )
    )
    for secrecy, sentence in votes.SHORT.items():
        assert (sentence in plain(said["guards"])) is (secrecy in secrecies)
