"""BLT (ERS, OpenSTV, OpaVote): `options seats`, withdrawn, papers ending with 0, names, title."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from voting.ballots import Rankings
from voting.ballots.grouping import distinct
from voting.formats.election import (
    Election,
    Note,
    RankedRows,
    Source,
    levels,
    names_at,
    whole_number,
    without_options,
)
from voting.invalid import InvalidBallots

MOST_OPTIONS = 10_000
# Said between the head and the papers; a number in square brackets names a paper.
HEADER = re.compile(r"\[\s*([A-Za-z]\w*)[\s:=]*([^\]]*)\]")
TOKEN = re.compile(r'#.*|"((?:[^"])*)"|\(([^)]*)\)|\[[^\]]*\]|[^\s#"(\[]+|["(\[]')


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    line: int
    column: int
    quoted: bool = False


def recognise(text: str) -> bool:
    """Whether the first line is two numbers, and the second begins with a number."""
    lines = [line.split("#")[0].split() for line in text.splitlines()]
    first = [words for words in lines if words][:2]
    return (
        len(first) == 2
        and len(first[0]) == 2
        and all(word.isdigit() for word in first[0])
        and bool(re.search(r"^\s*0\s*(#.*)?$", text, re.M))
    )


def read(text: str, *, strict: bool = True) -> Election:
    """Read rankings: `=` joins equal ranks, `-` skips a rank, an identifier in brackets is dropped.

    Withdrawn options (`-4`, or `[withdrawn 4]`) leave every paper; an order for ties (`[tie 2 1]`)
    is noted, not followed; another word in square brackets is refused. A second name on every line
    of names is the party. Tolerant: names and title without quotes or with doubled ones, and an
    option repeated on a paper (its first place counts); each is noted.
    """
    head, papers, names = _parts(text)
    options, seats = (_number(token) for token in head[:2])
    if options > MOST_OPTIONS:
        place = {"line": head[0].line, "column": head[0].column}
        raise InvalidBallots("too_many_options", **place, count=options, limit=MOST_OPTIONS)
    notes: list[Note] = []
    withdrawn = _withdrawn(head[2:], options, notes)
    rows = RankedRows()
    for paper in papers:
        count = _number(paper[0], "bad_count")
        ranks = _ranks(paper[1:], options, notes, strict)
        rows.add(ranks, count, line=paper[0].line)
    parties: dict[str, str] = {}
    if _has_parties(names, options):
        parties = {names[2 * place].text: names[2 * place + 1].text for place in range(options)}
        notes.append(Note("second_names", names[0].line))
        names = [*names[: 2 * options : 2], *names[2 * options :]]
    read_names = (
        _quoted_names(names, options) if strict else _any_names(text, names, options, notes)
    )
    if len(read_names) < options:
        line = names[-1].line if names else len(text.splitlines())
        raise InvalidBallots(
            "wrong_total", line=line, column=1, expected=options, found=len(read_names)
        )
    places = [(token.line, token.column) for token in names]
    names_at(read_names[:options], places if len(places) >= options else [])
    ballots = rows.ballots(read_names[:options])
    gone = tuple(read_names[number - 1] for number in withdrawn)
    title = read_names[options] if len(read_names) > options else ""
    metadata = {f"party of {name.strip()}": party for name, party in parties.items()}
    source = Source("blt", metadata, withdrawn=gone, notes=tuple(notes))
    return Election(without_options(ballots, gone) if gone else ballots, title, seats, source)


def write(election: Election) -> str:
    """BLT of rankings, one line a distinct paper; names may not hold a double quote."""
    ballots = election.ballots
    if not isinstance(ballots, Rankings) or any('"' in name for name in ballots.options):
        raise InvalidBallots("cannot_write", format="blt", kind=type(ballots).__name__)
    ballots = distinct(ballots)
    lines = [f"{len(ballots.options)} {election.seats}"]
    for row, count in enumerate(ballots.counts.tolist()):
        groups = ["=".join(str(option + 1) for option in group) for group in levels(ballots, row)]
        lines.append(" ".join([str(count), *groups, "0"]))
    title = " ".join(election.title.replace('"', "'").split())
    lines += ["0", *(f'"{name}"' for name in ballots.options), f'"{title}"']
    return "\n".join(lines) + "\n"


def _tokens(text: str) -> Iterator[_Token]:
    for line, raw in enumerate(text.splitlines(), start=1):
        for found in TOKEN.finditer(raw):
            bracket = found[0].startswith("[") and not HEADER.fullmatch(found[0])
            if not found[0].startswith("#") and not bracket and found[2] is None:
                quoted = found[1] is not None
                text_of = found[1] if quoted else found[0]
                yield _Token(text_of, line, found.start() + 1, quoted)


def _parts(text: str) -> tuple[list[_Token], list[list[_Token]], list[_Token]]:
    """The head (with withdrawn numbers), the papers without their 0, the names."""
    tokens = list(_tokens(text))
    if not tokens:
        raise InvalidBallots("empty_file", line=1, column=1)
    if len(tokens) < 2:
        raise InvalidBallots("missing_header", line=1, column=1, name="options seats")
    position = 2
    while position < len(tokens) and _is_said(tokens[position]):
        position += 1
    head, papers = tokens[:position], []
    while position < len(tokens) and tokens[position].text != "0":
        end = position + 1
        while end < len(tokens) and tokens[end].text != "0":
            if tokens[end].quoted or tokens[end].line > tokens[position].line + 20:
                break
            end += 1
        if end >= len(tokens) or tokens[end].text != "0" or tokens[end].quoted:
            last = tokens[end - 1]
            column = last.column + len(last.text)
            raise InvalidBallots("missing_terminator", line=last.line, column=column, expected="0")
        papers.append(tokens[position:end])
        position = end + 1
    if position >= len(tokens):
        last = tokens[-1]
        raise InvalidBallots(
            "missing_terminator", line=last.line, column=last.column + 1, expected="0"
        )
    return head, papers, tokens[position + 1 :]


def _number(token: _Token, reason: str = "bad_number") -> int:
    if token.quoted:
        raise InvalidBallots(
            reason, line=token.line, column=token.column, found=f'"{token.text}"'[:40]
        )
    return whole_number(token.text, line=token.line, column=token.column, reason=reason)


def _is_said(token: _Token) -> bool:
    """Whether a token after the head says something of the whole file."""
    said = HEADER.fullmatch(token.text) or re.fullmatch(r"-\d+", token.text)
    return not token.quoted and said is not None


def _withdrawn(tokens: list[_Token], options: int, notes: list[Note]) -> list[int]:
    """The numbers of the withdrawn options; what else is said is noted, or refused if unknown."""
    numbers = []
    for token in tokens:
        said = HEADER.fullmatch(token.text)
        word = said[1].lower() if said else "withdrawn"
        if word not in ("withdrawn", "tie"):
            raise InvalidBallots(
                "bad_header", line=token.line, column=token.column, found=token.text[:40]
            )
        listed = re.split(r"[\s,]+", said[2].strip()) if said else [token.text[1:]]
        for text in listed:
            number = whole_number(text, line=token.line, column=token.column + 1)
            if not 1 <= number <= options:
                place = {"line": token.line, "column": token.column}
                raise InvalidBallots("unknown_number", **place, value=number, limit=options)
            numbers += [number] if word == "withdrawn" else []
        if word == "tie":
            notes.append(Note("not_applied", token.line, {"found": token.text[:40]}))
    return numbers


def _has_parties(tokens: list[_Token], options: int) -> bool:
    """Whether every line of names has two, but for that of the title."""
    lines = Counter(token.line for token in tokens)
    pairs = list(lines.values())[:options] == [2] * options
    number = options + 1 < len(tokens) <= 2 * options + 1
    return pairs and number and all(token.quoted for token in tokens)


def _ranks(tokens: list[_Token], options: int, notes: list[Note], strict: bool) -> list[int]:
    ranks = [0] * options
    for rank, token in enumerate(tokens, start=1):
        if token.text == "-":
            continue
        column = token.column
        for item in token.text.split("="):
            option = whole_number(item, line=token.line, column=column)
            if not 1 <= option <= options:
                raise InvalidBallots(
                    "unknown_number", line=token.line, column=column, value=option, limit=options
                )
            if ranks[option - 1]:
                if strict:
                    raise InvalidBallots(
                        "repeated_option", line=token.line, column=column, name=str(option)
                    )
                notes.append(Note("repeated_option", token.line, {"name": str(option)}))
            else:
                ranks[option - 1] = rank
            column += len(item) + 1
    return ranks


def _quoted_names(tokens: list[_Token], options: int) -> list[str]:
    end = (0, 0)
    for token in tokens:
        if not token.quoted and token.text == '"':
            raise InvalidBallots("unclosed_quote", line=token.line, column=token.column)
        # `"A""B"` could be two names or one name with a quote in it.
        if not token.quoted or (token.line, token.column) == end:
            raise InvalidBallots(
                "unexpected_text", line=token.line, column=token.column, found=token.text[:40]
            )
        end = token.line, token.column + len(token.text) + 2
    if len(tokens) > options + 1:
        extra = tokens[options + 1]
        raise InvalidBallots(
            "unexpected_text", line=extra.line, column=extra.column, found=extra.text[:40]
        )
    return [token.text.strip() for token in tokens]


def _any_names(text: str, tokens: list[_Token], options: int, notes: list[Note]) -> list[str]:
    """One name per line, whatever its quotes; quoted names on one line are several names."""
    raw = text.splitlines()
    names: list[str] = []
    for line in sorted({token.line for token in tokens}):
        here = [token for token in tokens if token.line == line]
        if all(token.quoted for token in here) and '""' not in raw[line - 1]:
            names += [token.text.strip() for token in here]
        else:
            found = raw[line - 1].strip()
            quoted = len(found) > 1 and found[0] == found[-1] == '"'
            names.append((found[1:-1] if quoted else found.strip('"')).replace('""', '"').strip())
            notes.append(Note("unexpected_text", line, {"found": names[-1][:40]}))
        if len(names) > options + 1:
            found = names[options + 1][:40]
            raise InvalidBallots("unexpected_text", line=line, column=here[0].column, found=found)
    return names
