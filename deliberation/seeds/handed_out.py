"""What a demo hands out so that a visitor can vote with a code and play the trustees.

Only a demo has such a file: elsewhere codes go by letter, and keys never come near the site.
"""

import msgspec

from deliberation.ballot_box.sealed.canonical import canonical
from deliberation.ballot_box.sealed.keys import KeyFile, locked
from deliberation.kit.act import House

PASSPHRASE = "le beffroi sonne à midi"
FILE = "handed-out.json"
FOLDER = "trustees"


class HandedOut(msgspec.Struct, frozen=True):
    """A sealed vote that a visitor can take part in.

    `codes`: voting code by name; `trustees`: name by key file, below the folder of keys.
    """

    slug: str
    title: str
    codes: dict[str, str]
    trustees: dict[str, str]
    folder: str
    passphrase: str = PASSPHRASE


def lock_keys(house: House, seeds: dict[str, bytes]) -> dict[str, str]:
    """Write trustees' key files, locked by the demo's passphrase; their names by file."""
    folder = house.settings.data_folder / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / "passphrase.txt").write_text(PASSPHRASE + "\n", encoding="utf-8")
    files = {}
    for place, (name, seed) in enumerate(seeds.items(), start=1):
        key: KeyFile = locked(name, seed, PASSPHRASE)
        files[f"{place}.json"] = name
        (folder / f"{place}.json").write_bytes(canonical(key) + b"\n")
    return files


def hand_out(
    house: House, slug: str, title: str, codes: dict[str, str], trustees: dict[str, str]
) -> None:
    """Keep what visitors are shown."""
    folder = str(house.settings.data_folder / FOLDER)
    given = HandedOut(slug, title, codes, trustees, folder)
    (house.settings.data_folder / FILE).write_bytes(msgspec.json.encode(given))


def handed_out(house: House) -> HandedOut | None:
    """What visitors are shown; None when the folder is not the one the story was told in."""
    path = house.settings.data_folder / FILE
    if not house.demo or not path.exists():
        return None
    return msgspec.json.decode(path.read_bytes(), type=HandedOut)
