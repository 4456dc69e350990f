"""Pseudonym keys: one file per poll, outside the database, destroyed after the close.

A pseudonym is HMAC-SHA256(key, poll, voter): the database alone does not show whose it is. A key is
created when a ballot box is opened (or by `renew_key`) and never by a cast: a process with another
folder finds no key and accepts no ballot.
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
    """The pseudonym of a voter in a sealed poll."""
    return keyed(key, "slot", poll_id, voter_id)


def check_of(key: bytes | None) -> str:
    """A check value of a key, published in the board's first entry; empty without a key."""
    return keyed(key, "check").hex()[:32] if key else ""


def make_key(app: AppContext, poll_id: UUID) -> str:
    """Create a poll's key unless it exists; returns its check value."""
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
    """The polls whose key still exists."""
    folder = folder_of(app.settings)
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    # Other files (of the file system, of a killed process) are no keys.
    return sorted(UUID(name) for name in names if NAME.fullmatch(name))


def folder_of(settings: Settings) -> Path:
    """The folder of the keys; all processes of a site must use the same one."""
    return settings.data_folder / "slot-keys"


def folder_name(settings: Settings) -> str:
    """A random name of the folder, created at first use; empty if it is not writable."""
    path = folder_of(settings) / "name"
    try:
        name = _made(path)
        with NamedTemporaryFile(dir=path.parent, prefix="."):
            return hashlib.sha256(name).hexdigest()[:12]
    except OSError:
        return ""


def _made(path: Path) -> bytes:
    """The content of a file, created at random if missing; two processes at once get the same."""
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
