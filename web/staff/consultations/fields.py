"""Fields of a consultation's form, converted to and from the commands' drafts.

A name of the form is the path in the draft (`title`, `phases.vote.opens_at`, `polls.0.question`);
lists are one item a line; moments are written as Paris reads them. A row of the calendar is named
by its kind, and `vote-2`, `vote-3` for the next ones of a kind; its hidden `id` says which phase.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from deliberation.elections.methods.offered import OFFERED, SETTINGS, fields_of
from deliberation.elections.polls.label_texts import GRADES
from deliberation.elections.polls.queries import OptionView, PollView
from deliberation.i18n.formats import PARIS
from deliberation.process.consultations.commands import MOST_PHASES
from deliberation.process.consultations.phases import OPENS
from deliberation.process.consultations.queries import ConsultationPage, PhaseView
from voting.methods import METHODS
from voting.names.normal_forms import normal_form
from web.shell.forms import FormValues

TEXTS = ("slug", "title", "question", "summary", "promise", "body")
REASON = "reason"  # why what was announced changes; never stored with the texts
LINES = ("decided", "undecided", "not_negotiable", "themes", "frame_ancestors")
BOUNDS = ("opens_at", "closes_at")
POLL_FIELDS = (
    "number", "question", "method", "compared", "grades", "missing", "approved_from", "options",
    "proposals", "secrecy", "eligibility", "whole_ballots", "quorum", "max_score", "points",
    "seats", "budget", "utility", "completion", "costs",
    "phase",
)  # fmt: skip
POLLS = "polls"  # how many votes the form shows; absent when it shows none
MOST_POLLS = 20
CHOSEN = ("missing", "utility", "completion")  # settings chosen in a list that serves all methods
_ROW = re.compile(r"phases\.([a-z_]+(?:-[1-9]\d?)?)\.")
BAR = " | "  # between an option and its description


def typed_of(page: ConsultationPage, polls: Sequence[PollView]) -> FormValues:
    """The form of a consultation as it is stored."""
    typed = FormValues({name: getattr(page, name, "") for name in TEXTS})
    typed |= {"slug": page.card.slug, "title": page.card.title}
    typed |= {"question": page.card.question, "summary": page.card.summary}
    typed |= {name: "\n".join(getattr(page, name)) for name in LINES}
    rows = stored_rows(page.card.phases)
    for row, phase in rows.items():
        typed[f"phases.{row}.id"] = str(phase.id)
        for bound in BOUNDS:
            typed[f"phases.{row}.{bound}"] = local(getattr(phase, bound))
    typed[POLLS] = str(len(polls))
    for index, poll in enumerate(polls):
        typed |= {f"polls.{index}.{name}": value for name, value in poll_typed(poll, rows).items()}
    return FormValues(typed)


def stored_rows(phases: Sequence[PhaseView]) -> dict[str, PhaseView]:
    """The rows of the calendar as it is stored: `vote`, `vote-2`, …"""
    found: dict[str, PhaseView] = {}
    for phase in phases:
        of_kind = [row for row in found if kind_of(row) == phase.kind]
        found[f"{phase.kind}-{len(of_kind) + 1}" if of_kind else phase.kind] = phase
    return found


def typed_rows(typed: Mapping[str, Any]) -> list[str]:
    """The rows that a form shows: one of each kind at least, in order."""
    found = {match[1] for name in typed if (match := _ROW.match(name))}
    order = {kind: place for place, kind in enumerate(OPENS)}
    more = [row for row in found - order.keys() if kind_of(row) in order]
    return sorted([*order, *more], key=lambda row: (order[kind_of(row)], _place(row)))


def with_row(typed: FormValues, kind: str) -> FormValues:
    """Form values with one more phase of a kind that has one, up to `MOST_PHASES`."""
    rows = [row for row in typed_rows(typed) if kind_of(row) == kind]
    if not rows or len(typed_rows(typed)) >= MOST_PHASES:
        return typed
    return FormValues(typed | {f"phases.{kind}-{_place(rows[-1]) + 1}.opens_at": ""})


def without_row(typed: FormValues, row: str) -> FormValues:
    """Form values without one phase."""
    return FormValues({n: v for n, v in typed.items() if not n.startswith(f"phases.{row}.")})


def kind_of(row: str) -> str:
    """The kind of phase of a row."""
    return row.partition("-")[0]


def poll_typed(poll: PollView, rows: Mapping[str, PhaseView]) -> dict[str, Any]:
    """One vote of the form as it is stored; `rows`: those of the calendar."""
    best_first = [grade.name for grade in poll.grades_best_first]
    return {
        "number": str(poll.number),
        "question": poll.question,
        "method": poll.method,
        "compared": poll.compared or "",
        "grades": "" if best_first == list(GRADES)[::-1] else "\n".join(best_first),
        "missing": poll.method_options.get("missing", "worst"),
        **_settings_typed(poll),
        "seats": str(poll.seats) if poll.seats > 1 else "",
        "budget": str(poll.budget or ""),
        "approved_from": poll.approved_from,
        "secrecy": poll.secrecy,
        "eligibility": poll.eligibility,
        "whole_ballots": "1" if poll.whole_ballots else "",
        "options": "\n".join(_line(one) for one in poll.options if one.proposal is None),
        "costs": "\n".join(
            f"{one.proposal} : {one.cost}" for one in poll.options if one.proposal and one.cost
        ),
        "proposals": [str(one.proposal) for one in poll.options if one.proposal is not None],
        "phase": next((row for row, phase in rows.items() if phase.id == poll.phase), ""),
    }


def consultation_data(typed: FormValues, kept: Sequence[PhaseView]) -> dict[str, Any]:
    """Input of `ConsultationDraft`, from the form. `kept`: the stored phases.

    A moment that was not touched keeps its stored value, seconds included.
    """
    stored = {str(phase.id): phase for phase in kept}
    return {
        **{name: typed[name] for name in (*TEXTS, REASON)},
        **{name: lines(typed[name]) for name in LINES},
        "phases": [_phase(row, typed, stored) for row in filled_rows(typed, kept)],
    }


def filled_rows(typed: FormValues, kept: Sequence[PhaseView]) -> list[str]:
    """The rows of the calendar that hold a date: an empty row is a phase less."""
    stored = {str(phase.id): phase for phase in kept}
    rows = typed_rows(typed)
    return [row for row in rows if any(_phase(row, typed, stored)[bound] for bound in BOUNDS)]


def poll_data(block: Mapping[str, Any], titles: Mapping[int, str]) -> dict[str, Any]:
    """Input of `PollDraft`, from a block of the form. `titles`: of the published proposals, by
    number.
    """
    chosen = [number for number in map(_number, block["proposals"]) if number is not None]
    used = fields_of(block["method"]) if block["method"] in OFFERED else frozenset()
    costs = _costs(block["costs"]) if "costs" in used else {}
    return {
        **{name: block[name] for name in ("question", "method", "compared", "approved_from")},
        **{name: _amount(block[name]) for name in ("seats", "budget") if name in used},
        **_settings(block, used),
        "secrecy": block["secrecy"] or "plain",
        "eligibility": block["eligibility"] or "email",
        "whole_ballots": block["whole_ballots"],
        "grades": lines(block["grades"])[::-1],
        "options": [
            *(_option(line, costed="costs" in used) for line in lines(block["options"])),
            *({"title": titles.get(number, ""), "proposal": number} | costs.get(number, {})
              for number in chosen),
        ],
    }  # fmt: skip


def blocks(typed: FormValues) -> list[dict[str, Any]]:
    """The votes that were typed, in order."""
    count = _number(typed[POLLS]) or 0
    return [_block(typed, index) for index in range(min(count, MOST_POLLS))]


def with_blocks(typed: FormValues, votes: Sequence[Mapping[str, Any]]) -> FormValues:
    """Form values with other blocks of votes."""
    kept = {name: value for name, value in typed.items() if not name.startswith("polls.")}
    kept[POLLS] = str(len(votes))
    for index, block in enumerate(votes):
        kept |= {f"polls.{index}.{name}": value for name, value in block.items()}
    return FormValues(kept)


def lines(text: Any) -> list[str]:
    """The lines of a text that hold something."""
    return [line.strip() for line in str(text).splitlines() if line.strip()]


def local(moment: datetime) -> str:
    """A moment as a `datetime-local` field holds it, in Paris."""
    return moment.astimezone(PARIS).strftime("%Y-%m-%dT%H:%M")


def slug_from(title: str) -> str:
    """The address proposed for a title: `Où passer à vélo ?` gives `ou-passer-a-velo`."""
    plain = normal_form("NFKD", title.lower().replace("œ", "oe").replace("æ", "ae"))
    words = re.findall(r"[a-z0-9]+", re.sub(r"[\u0300-\u036f]", "", plain))
    slug = ""
    for word in words:
        longer = f"{slug}-{word}".strip("-")
        if len(longer) > 60:
            break
        slug = longer
    return slug


def _phase(row: str, typed: FormValues, stored: Mapping[str, PhaseView]) -> dict[str, Any]:
    phase = stored.get(str(typed[f"phases.{row}.id"]))
    found: dict[str, Any] = {"kind": kind_of(row), "id": str(phase.id) if phase else None}
    for bound in BOUNDS:
        sent = typed.get(f"phases.{row}.{bound}")
        held = getattr(phase, bound) if phase else None
        found[bound] = held if held and sent in (None, local(held)) else sent or ""
    return found


def _place(row: str) -> int:
    """1 for the first row of a kind, then 2, 3, …"""
    return int(row.partition("-")[2] or 1)


def _block(typed: FormValues, index: int) -> dict[str, Any]:
    block: dict[str, Any] = {name: typed[f"polls.{index}.{name}"] for name in POLL_FIELDS}
    chosen = block["proposals"]
    block["proposals"] = chosen if isinstance(chosen, list) else [chosen] if chosen else []
    return {name: v if name == "proposals" else _text(v) for name, v in block.items()}


def _text(value: Any) -> str:
    """One text: browsers end lines by CR LF, and a name sent twice is a list."""
    return "\n".join([value] if isinstance(value, str) else value).replace("\r\n", "\n")


def _number(text: Any) -> int | None:
    """A small whole number that a browser sent, if it is one."""
    return int(text) if isinstance(text, str) and text.isdecimal() and len(text) < 10 else None


def _option(line: str, *, costed: bool) -> dict[str, Any]:
    """An option as a line: `Title | description`, and for projects ` | 240 000 €` at the end."""
    title, _, description = (part.strip() for part in line.partition(BAR.strip()))
    if not costed:
        return {"title": title, "description": description}
    said, _, cost = description.rpartition(BAR.strip())
    return {"title": title, "description": said.strip(), "cost": _amount(cost)}


def _line(option: OptionView) -> str:
    """The line of an option, as `_option` reads it."""
    cost = None if option.cost is None else str(option.cost)
    parts = option.title, " ".join(option.description.split()), cost
    return BAR.join(part for part in parts if part)


def _amount(text: str) -> str:
    """An amount of euros without its sign and spaces."""
    return "".join(text.replace("€", "").split())


def _costs(text: Any) -> dict[int, dict[str, str]]:
    """The costs of proposals: `12 : 40 000 €`, a line each."""
    pairs = [line.partition(":") for line in lines(text)]
    return {
        int(number): {"cost": _amount(cost)}
        for number, _, cost in ((one.strip(), sign, cost) for one, sign, cost in pairs)
        if number.isdecimal() and len(number) < 10
    }


def _settings(block: Mapping[str, Any], used: frozenset[str]) -> dict[str, str]:
    """Settings of the chosen method; those of other methods stay in the form, unread."""
    known = METHODS[block["method"]].options if used else {}
    return {
        name: block[name]
        for name, options in SETTINGS.items()
        if name in used and block[name]
        if name not in CHOSEN or any(block[name] in known.get(option, ()) for option in options)
    }


def _settings_typed(poll: PollView) -> dict[str, str]:
    """The settings of a stored poll, but for how silence is read."""
    found = {name: "" for name in SETTINGS if name != "missing"}
    for name in found:
        for option in SETTINGS[name]:
            value = poll.method_options.get(option, "")
            found[name] = found[name] or ("" if value == "half" else value)
    return found
