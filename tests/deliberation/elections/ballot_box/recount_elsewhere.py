"""Another program: recounts a published sealed vote with Python's standard library alone.

Usage: python recount_elsewhere.py FOLDER, which holds board.jsonl, minutes.json and recount.json.
Prints the ranking it finds. It shares no code with the site: the formats are those of SECURITY.md.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any


def canonical(value: Any) -> bytes:
    """JSON with sorted keys, UTF-8, no spaces."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def sha256(data: bytes) -> str:
    """64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def check_chain(board: list[dict[str, Any]]) -> None:
    """Each entry follows the one before it."""
    previous = "0" * 64
    for number, line in enumerate(board, start=1):
        entry = line["entry"]
        assert entry["number"] == number, f"entry {number}: its number"
        assert entry["previous"] == previous, f"entry {number}: does not follow"
        previous = sha256(canonical(entry))


def majority_ranking(sums: dict[str, Any]) -> list[list[str]]:
    """Options by their grades in the order in which medians are removed, the best first."""

    blank = sums["boxes"]["blank"]  # judges nothing, and has no mark for any option

    def removed(counts: list[int]) -> list[int]:
        missing, *given = counts
        given[0] += missing - blank
        left = [grade for grade, of in enumerate(given, start=1) for _ in range(of)]
        found = []
        while left:
            found.append(left.pop((len(left) - 1) // 2))
        return found

    values = {
        option: removed(counts)
        for option, counts in zip(sums["options"], sums["numbers"], strict=True)
    }
    tiers = sorted({tuple(value) for value in values.values()}, reverse=True)
    return [[name for name in values if tuple(values[name]) == tier] for tier in tiers]


def main(folder: Path) -> None:
    """Check the files against each other and count again."""
    board = [json.loads(line) for line in (folder / "board.jsonl").read_bytes().splitlines()]
    minutes_file = (folder / "minutes.json").read_bytes()
    recount_file = (folder / "recount.json").read_bytes()
    minutes, recount = json.loads(minutes_file), json.loads(recount_file)
    check_chain(board)
    assert board[-1]["entry"]["body"]["minutes"] == sha256(minutes_file), "minutes not on the board"
    assert minutes["recount"] == sha256(recount_file), "another recount file"
    closing = next(line["entry"] for line in board if line["entry"]["kind"] == "close")
    assert minutes["head"] == sha256(canonical(closing)), "minutes of another close"
    judged = {sum(counts) for counts in recount["sums"]["numbers"]}
    assert judged == {sum(minutes["counts"]["channels"].values())}, "other numbers"
    ranking = majority_ranking(recount["sums"])
    assert ranking == minutes["outcome"]["ranking"], "another ranking"
    sys.stdout.write(json.dumps(ranking))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
