"""Who votes: from what somebody shows (address, code, identity) to their place on the roll."""

import hashlib
import hmac
import re
from uuid import UUID

from sqlalchemy import Select, select

from deliberation.ballot_box.model import Elector, ElectorCode
from deliberation.kit.act import Act, House
from deliberation.kit.errors import NotAllowed
from deliberation.kit.ids import ALPHABET
from deliberation.polls.model import Poll
from deliberation.polls.queries import PollView

LETTERS = 20  # of a code by letter: 99 bits


async def voter_of(act: Act, poll: PollView, *, browser: str = "", code: str = "") -> UUID:
    """The voter that a poll knows: a person, an elector, or what stands for a browser.

    `browser`: the cookie's token, for a vote open to whoever has the link. `code`: as it was typed
    from the letter. Reads only: the caller counts wrong codes. Raises `SignInNeeded`, `NotAllowed`:
    `code-needed`, `code-wrong`, `not-on-the-roll`.
    """
    if poll.eligibility == "code":
        return await _by_code(act, poll, code)
    if poll.eligibility in ("email", "roll"):
        _ = act.person  # nobody has signed in: say so first
    voter = await known_voter(act, poll, browser)
    if voter is None:
        raise NotAllowed("not-on-the-roll")
    return voter


async def known_voter(act: Act, poll: PollView, browser: str = "") -> UUID | None:
    """The voter as far as the request tells by itself; nobody where a code must be typed."""
    viewer = act.viewer
    match poll.eligibility:
        case "link":
            text = f"link:{poll.id}:{browser}".encode()
            return UUID(bytes=hashlib.sha256(text).digest()[:16]) if browser else None
        case "email":
            return viewer.id if viewer else None
        case "roll":
            query = _electors(poll).where(Elector.email == (viewer.email if viewer else None))
            return (await act.db.scalars(query)).one_or_none()
        case _:
            return None


def code_hash(house: House, code: str) -> bytes:
    """What the roll keeps of a code, however it was typed (spaces, dashes, small letters)."""
    return hmac.digest(house.secret, f"code:{_letters(code)}".encode(), hashlib.sha256)


def well_formed(code: str) -> bool:
    """Whether a code could be one: then only is it worth looking for."""
    return bool(re.fullmatch(rf"[{ALPHABET}]{{{LETTERS}}}", _letters(code)))


def _letters(code: str) -> str:
    return re.sub(r"[\s–—-]", "", code).upper()


async def _by_code(act: Act, poll: PollView, code: str) -> UUID:
    if not code.strip():
        raise NotAllowed("code-needed")
    query = (
        select(ElectorCode.elector_id)
        .where(ElectorCode.hash == code_hash(act.house, code), ElectorCode.revoked_at.is_(None))
        .where(ElectorCode.elector_id.in_(_electors(poll)))
    )
    # Held until the ballot is in: a code is not revoked and used at the same moment.
    elector = (await act.db.scalars(query.with_for_update(read=True))).one_or_none()
    if elector is None:
        raise NotAllowed("code-wrong")
    return elector


def _electors(poll: PollView) -> Select[UUID]:
    """The roll of the poll's consultation."""
    return (
        select(Elector.id)
        .join(Poll, Poll.consultation_id == Elector.consultation_id)
        .where(Poll.id == poll.id)
    )
