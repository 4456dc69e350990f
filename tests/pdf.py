"""Reading back a PDF that typst wrote: its words and whether it says to be PDF/UA. For tests only.

Enough of the format (ISO 32000-2, 7.5 and 9.10) for files of ours: objects plain or in object
streams, Flate compression, fonts with a ToUnicode map, text shown by `Tj` and `TJ`.
"""

import re
import zlib
from itertools import pairwise

_OBJECT = re.compile(rb"(\d+) 0 obj\b(.*?)\bendobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*)\r?\nendstream", re.DOTALL)


def text_of(data: bytes) -> str:
    """The words of all pages, in the order in which they are drawn, spaces made single."""
    objects = _objects(data)
    fonts = {number: _unicode_map(body, objects) for number, body in objects.items()}
    words = []
    for body in objects.values():
        if not re.search(rb"/Type\s*/Page\b", body):
            continue
        resources = _followed(body, rb"Resources", objects)
        named = dict(re.findall(rb"/(\w+)\s+(\d+) 0 R", _followed(resources, rb"Font", objects)))
        for number in _numbers(body, rb"Contents"):
            words.append(_shown(_stream(objects[number]), named, fonts))
    return " ".join(" ".join(words).split())


def pages_of(data: bytes) -> int:
    """Number of pages."""
    return sum(1 for body in _objects(data).values() if re.search(rb"/Type\s*/Page\b(?!s)", body))


def says_ua(data: bytes) -> bool:
    """Whether the file says that it is tagged, in a language, as PDF/UA-1."""
    objects = _objects(data)
    catalog = next(body for body in objects.values() if re.search(rb"/Type\s*/Catalog", body))
    metadata = b"".join(_stream(body) for body in objects.values() if b"/Metadata" in body)
    tagged = b"/StructTreeRoot" in catalog and b"/Lang" in catalog
    return tagged and bool(re.search(rb"pdfuaid:part(>|=\")1", metadata))


def _objects(data: bytes) -> dict[int, bytes]:
    found = {int(number): body for number, body in _OBJECT.findall(data)}
    for body in list(found.values()):
        if re.search(rb"/Type\s*/ObjStm", body):
            content = _stream(body)
            first = int(re.search(rb"/First\s+(\d+)", body)[1])  # type: ignore[index]
            heads = [int(one) for one in content[:first].split()]
            numbers, places = heads[::2], [*heads[1::2], len(content) - first]
            for number, (start, end) in zip(numbers, pairwise(places), strict=True):
                found[number] = content[first + start : first + end]
    return found


def _stream(body: bytes) -> bytes:
    found = _STREAM.search(body)
    if found is None:
        return b""
    return zlib.decompress(found[1]) if b"/FlateDecode" in body else found[1]


def _numbers(body: bytes, name: bytes) -> list[int]:
    found = re.search(rb"/" + name + rb"\s*(\[[^]]*\]|\d+ 0 R)", body)
    return [int(one) for one in re.findall(rb"(\d+) 0 R", found[1])] if found else []


def _followed(body: bytes, name: bytes, objects: dict[int, bytes]) -> bytes:
    """Value of a name: a dictionary in place, or another object."""
    found = re.search(rb"/" + name + rb"\s*(\d+) 0 R", body)
    if found:
        return objects[int(found[1])]
    place = body.find(b"/" + name)
    return body[place:] if place >= 0 else b""


def _unicode_map(body: bytes, objects: dict[int, bytes]) -> dict[int, str]:
    numbers = _numbers(body, b"ToUnicode")
    if not numbers:
        return {}
    table = _stream(objects[numbers[0]])
    found = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for code, value in re.findall(rb"<(\w+)>\s*<(\w+)>", block):
            found[int(code, 16)] = bytes.fromhex(value.decode()).decode("utf-16-be")
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", table, re.DOTALL):
        for low, high, value in re.findall(rb"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            first = int(value, 16)
            for code in range(int(low, 16), int(high, 16) + 1):
                found[code] = chr(first + code - int(low, 16))
    return found


def _shown(content: bytes, named: dict[bytes, bytes], fonts: dict[int, dict[int, str]]) -> str:
    """The text that a page's content shows; each move of the pen is a space."""
    text: list[str] = []
    font: dict[int, str] = {}
    pattern = rb"/(\w+) [\d.]+ Tf|\(((?:\\.|[^\\)])*)\)|<([0-9A-Fa-f]+)>|\b(Tm|Td|ET)\b"
    for name, plain, digits, move in re.findall(pattern, content, re.DOTALL):
        if name:
            font = fonts.get(int(named[name]), {})
        elif move:
            text.append(" ")
        else:
            codes = bytes.fromhex(digits.decode()) if digits else _unescaped(plain)
            text += [font.get(code, "") for code in _pairs(codes)]
    return "".join(text)


def _pairs(data: bytes) -> list[int]:
    return [int.from_bytes(data[place : place + 2]) for place in range(0, len(data), 2)]


def _unescaped(data: bytes) -> bytes:
    letters = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}

    def plain(found: re.Match[bytes]) -> bytes:
        one = found[1]
        return bytes([int(one, 8) & 255]) if one.isdigit() else letters.get(one, one)

    return re.sub(rb"\\([0-7]{1,3}|.)", plain, data, flags=re.DOTALL)
