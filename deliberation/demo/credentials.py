"""The demo's credentials: voting codes and trustees' keys for visitors.

Only a demo has such a file: elsewhere codes go by letter, and keys never come near the site.
"""

from pathlib import Path

import msgspec

from deliberation.core.context import AppContext
from deliberation.elections.sealed_protocol.canonical import canonical
from deliberation.elections.sealed_protocol.keys import KeyFile, locked

PASSPHRASE = "le beffroi sonne à midi"
FILE = "handed-out.json"
FOLDER = "trustees"


class DemoCredentials(msgspec.Struct, frozen=True):
    """A sealed vote that a visitor can take part in.

    `codes`: voting code by name; `trustees`: name by key file, below the folder of keys.
    """

    slug: str
    title: str
    codes: dict[str, str]
    trustees: dict[str, str]
    folder: str
    passphrase: str = PASSPHRASE


def lock_keys(app: AppContext, seeds: dict[str, bytes]) -> dict[str, str]:
    """Write trustees' key files, locked by the demo's passphrase; their names by file."""
    folder = app.settings.data_folder / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(folder / "passphrase.txt", f"{PASSPHRASE}\n".encode())
    files = {}
    for place, (name, seed) in enumerate(seeds.items(), start=1):
        key: KeyFile = locked(name, seed, PASSPHRASE)
        files[f"{place}.json"] = name
        _write(folder / f"{place}.json", canonical(key) + b"\n")
    return files


def hand_out(
    app: AppContext, slug: str, title: str, codes: dict[str, str], trustees: dict[str, str]
) -> None:
    """Keep what visitors are shown."""
    folder = str(app.settings.data_folder / FOLDER)
    given = DemoCredentials(slug, title, codes, trustees, folder)
    _write(app.settings.data_folder / FILE, msgspec.json.encode(given))


def demo_credentials(app: AppContext) -> DemoCredentials | None:
    """The credentials that visitors see; None when the story was played in another folder."""
    path = app.settings.data_folder / FILE
    if not app.demo or not path.exists():
        return None
    return msgspec.json.decode(path.read_bytes(), type=DemoCredentials)


def _write(path: Path, data: bytes) -> None:
    """A file for its owner only."""
    path.touch(mode=0o600)
    path.write_bytes(data)
