"""Bugs planted on purpose: the checker must see each, or its silence means nothing.

Each is planted on a scratch copy where casts are slow between their check and their end; the same
run without a bug must be found right.
"""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import cycle
from typing import Any

from sqlalchemy.exc import IntegrityError

from deliberation.core.context import AppContext
from deliberation.elections.ballot_box.lifecycle import close_ballot_box
from deliberation.elections.results.commands import count_poll
from tests.builders import request_context
from tests.faults.run import Failed, Run, expect, verdict
from tests.faults.votes import ELECTORS, Vote, a_vote

SLOW = """
    CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM pg_sleep(SECONDS); RETURN NEW; END $$;
    CREATE TRIGGER dawdle BEFORE INSERT ON urn_ballot FOR EACH ROW EXECUTE FUNCTION dawdle();
    CREATE TRIGGER dawdle BEFORE INSERT ON sealed_ballot FOR EACH ROW EXECUTE FUNCTION dawdle();
"""
# The keys of the roll and of the ballot box: a mark and a version can then be there twice.
NO_UNIQUE = """
    DO $$
    DECLARE
        one record;
    BEGIN
        FOR one IN
            SELECT conrelid::regclass AS place, conname FROM pg_constraint
            WHERE contype IN ('p', 'u')
              AND conrelid::regclass::text IN ('roll_mark', 'urn_ballot', 'sealed_ballot')
        LOOP
            EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.place, one.conname);
        END LOOP;
    END $$;
"""
# A function of the database without one of its locks: (name, what is taken out).
NO_ROW_LOCK = ("admit_voter", " FOR UPDATE")
NO_CLOSE_LOCK = (
    "vote_refusal",
    "PERFORM pg_advisory_xact_lock_shared(hashtextextended('poll:' || the_poll::text, 0));",
)
# Both keys that would still catch two equal versions.
NO_VERSION_KEY = """
    ALTER TABLE urn_ballot DROP CONSTRAINT pk_urn_ballot;
    ALTER TABLE sealed_ballot DROP CONSTRAINT pk_sealed_ballot;
"""


async def no_bug(run: Run) -> str:
    """The control: slow casts, nothing wrong."""
    await _run(run)
    return await _run(run, slow="1.0")


async def no_unique(run: Run) -> str:
    """Without the keys of the roll and of the ballot box."""
    return await _seen(_run(run, sql=NO_UNIQUE))


async def no_row_lock(run: Run) -> str:
    """Without the lock that makes one voter's submissions wait, nor the key behind it."""
    return await _seen(_run(run, sql=NO_VERSION_KEY, without=NO_ROW_LOCK))


async def no_close_lock(run: Run) -> str:
    """Without the lock that makes the close wait for casts."""
    return await _seen(_run(run, without=NO_CLOSE_LOCK, slow="1.0"))


async def early_answer(run: Run) -> str:
    """Ballots are acknowledged before they are committed, and the site is killed."""
    return await _seen(_run(run, site="early", kill=True))


async def _run(
    run: Run,
    *,
    sql: str = "",
    without: tuple[str, str] | None = None,
    site: str = "site",
    slow: str = "0.15",
    kill: bool = False,
) -> str:
    """Double submissions, changes of vote, then a close under way: what the checker says."""
    async with run.stage() as stage:
        await stage.sql(SLOW.replace("SECONDS", slow) + sql, user="postgres")
        if without is not None:
            await _rewrite(stage.sql, *without)
        child = await stage.site(what=site)
        async with stage.app() as app:
            votes = [await a_vote(app, one, ELECTORS, closes_in=6) for one in ("plain", "sealed")]
            crowd = run.crowd(stage.settings.port)
            ends = max(vote.poll.closes_at.timestamp() for vote in votes if vote.poll.closes_at)

            async def kill_site() -> None:
                await asyncio.sleep(ends - time.time() - 2)
                stage.end(child, signal.SIGKILL)

            async def both(place: int) -> None:
                """Three different forms of one voter at once, voter after voter until the close."""
                voters = cycle(range(place, ELECTORS, 12))
                while time.time() < ends + 0.4:
                    voter = next(voters)
                    for vote in votes:
                        forms = [crowd.form() for _ in range(3)]
                        await asyncio.gather(
                            *(crowd.cast(vote, voter, one, crowd.choice(vote)) for one in forms),
                        )

            faults = [kill_site()] if kill else []
            await asyncio.gather(
                *(both(place) for place in range(12)), *_close(app, votes), *faults
            )
            return await verdict(stage, votes, crowd, ended=True, least=10)


def _close(app: AppContext, votes: list[Vote]) -> list[Awaitable[None]]:
    async def one(vote: Vote) -> None:
        assert vote.poll.closes_at is not None
        await asyncio.sleep(max(0.0, vote.poll.closes_at.timestamp() - time.time()) + 0.01)
        # The count itself refuses some of what a bug leaves: the checker then finds no result.
        with suppress(IntegrityError):
            async with request_context(app) as ctx:
                if vote.poll.secrecy == "sealed":
                    await close_ballot_box(ctx, vote.name)
                else:
                    await count_poll(ctx, vote.name)

    return [one(vote) for vote in votes]


async def _rewrite(sql: Callable[..., Awaitable[Any]], name: str, lock: str) -> None:
    """A function of the database as it is, less its lock."""
    source = await sql("SELECT pg_get_functiondef(oid) FROM pg_proc WHERE proname = $1", name)
    expect(lock in source, f"{name} has no such lock any more: {lock}")
    await sql(source.replace(lock, "NULL;" if lock.endswith(";") else "") + ";")


async def _seen(running: Awaitable[str]) -> str:
    """Turn the verdict round: a bug that the checker does not see is a failure."""
    try:
        said = await running
    except Failed as error:
        return f"seen: {error.args[0]} ({len(error.args)} faults)"
    raise Failed(f"the checker sees nothing: {said}")
