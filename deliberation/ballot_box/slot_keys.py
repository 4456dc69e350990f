"""The keys of the slots: a file a poll, outside the database, destroyed once the poll is closed.

A slot is HMAC-SHA256(key, poll, voter): whoever has only the database cannot tell whose it is. All
site processes read the same folder. A lost file only stops changes of vote: a new key is made, and
`admit_sealed` refuses a second ballot to whoever is marked already.
"""

import hashlib
import hmac
import os
import re
import secrets
from pathlib import Path
from uuid import UUID

from deliberation.kit.act import House

LENGTH = 32
NAME = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def slot_of(house: House, poll_id: UUID, voter_id: UUID) -> bytes:
    """Where the urn keeps a voter's sealed ballot."""
    text = f"slot:{poll_id}:{voter_id}".encode()
    return hmac.digest(_key(_path(house, poll_id)), text, hashlib.sha256)


def make_key(house: House, poll_id: UUID) -> None:
    """Make a poll's key, unless it has one."""
    _key(_path(house, poll_id))


def key_check(house: House, poll_id: UUID) -> str:
    """What tells one key from another without giving it away; empty when there is none.

    The board's first entry holds it: a page can say that changes of vote have stopped.
    """
    try:
        key = _read(_path(house, poll_id))
    except FileNotFoundError:
        return ""
    return hmac.digest(key, b"check", hashlib.sha256).hex()[:32]


def destroy_key(house: House, poll_id: UUID) -> None:
    """Overwrite and remove a poll's key; nothing when it is gone already."""
    path = _path(house, poll_id)
    for draft in path.parent.glob(f".{path.name}.*"):  # of a process killed while it made the key
        draft.unlink(missing_ok=True)
    try:
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(LENGTH))
            file.flush()
            os.fsync(file.fileno())
    except FileNotFoundError:
        return
    path.unlink(missing_ok=True)


def kept_keys(house: House) -> list[UUID]:
    """The polls whose key is still there."""
    folder = _folder(house)
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    # A stray file (a file system's own, what a killed process left) is nobody's key.
    return sorted(UUID(name) for name in names if NAME.fullmatch(name))


def _key(path: Path) -> bytes:
    """The key of a file, made first if need be: two processes at once end with the same one."""
    try:
        return _read(path)
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.parent / f".{path.name}.{secrets.token_hex(8)}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(LENGTH))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return _read(path)


def _read(path: Path) -> bytes:
    key = path.read_bytes()
    if len(key) != LENGTH:
        raise ValueError(f"{path}: not a key of slots")
    return key


def _folder(house: House) -> Path:
    return house.settings.data_folder / "slot-keys"


def _path(house: House, poll_id: UUID) -> Path:
    return _folder(house) / str(poll_id)
