"""The keys of the slots: a file a poll, outside the database, destroyed once the poll is closed.

A slot is HMAC-SHA256(key, poll, voter): whoever has only the database cannot tell whose it is. A
key is made when an urn is opened (or by `renew_key`, for one that is lost) and never by a cast: a
process that looks into another folder finds no key, and takes no ballot.
"""

import hashlib
import os
import re
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from uuid import UUID

from deliberation.core.context import AppContext
from deliberation.core.secrets import keyed
from deliberation.core.settings import Settings

LENGTH = 32
NAME = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def pseudonym_key(app: AppContext, poll_id: UUID) -> bytes | None:
    """A poll's key; None when it is not in the folder of this process."""
    try:
        return _read(_path(app.settings, poll_id))
    except (FileNotFoundError, NotADirectoryError):
        return None


def sealed_pseudonym(key: bytes, poll_id: UUID, voter_id: UUID) -> bytes:
    """Where the urn keeps a voter's sealed ballot."""
    return keyed(key, "slot", poll_id, voter_id)


def check_of(key: bytes | None) -> str:
    """What tells one key from another without giving it away; empty for none.

    The board's first entry holds it.
    """
    return keyed(key, "check").hex()[:32] if key else ""


def make_key(app: AppContext, poll_id: UUID) -> str:
    """Make a poll's key, unless it has one; its check."""
    return check_of(_made(_path(app.settings, poll_id)))


def destroy_key(app: AppContext, poll_id: UUID) -> None:
    """Overwrite and remove a poll's key; nothing when it is gone already."""
    path = _path(app.settings, poll_id)
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


def kept_keys(app: AppContext) -> list[UUID]:
    """The polls whose key is still there."""
    folder = folder_of(app.settings)
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    # A stray file (a file system's own, what a killed process left) is nobody's key.
    return sorted(UUID(name) for name in names if NAME.fullmatch(name))


def folder_of(settings: Settings) -> Path:
    """Where the keys are: all processes of a site must be given the same one."""
    return settings.data_folder / "slot-keys"


def folder_name(settings: Settings) -> str:
    """What tells one folder from another, made at its first use; empty if it cannot be written."""
    path = folder_of(settings) / "name"
    try:
        name = _made(path)
        with NamedTemporaryFile(dir=path.parent, prefix="."):
            return hashlib.sha256(name).hexdigest()[:12]
    except OSError:
        return ""


def _made(path: Path) -> bytes:
    """What a file holds, drawn first if need be: two processes at once end with the same."""
    with suppress(FileNotFoundError):
        return _read(path)
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


def _path(settings: Settings, poll_id: UUID) -> Path:
    return folder_of(settings) / str(poll_id)
