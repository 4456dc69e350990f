"""Software bill of materials of a served site: a CycloneDX document on standard output.

Names, versions and hashes come from `requirements-serve.lock`, licences and descriptions from the
packages that are installed here. The same lock and packages give the same document.
"""

import json
import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.hash.factories import HashTypeFactory
from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, Property, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

LOCK = Path(__file__).parents[1] / "requirements-serve.lock"
PINNED = re.compile(r"^([\w.-]+)==(\S+)(?: ; (.+?))?((?: \\\n +--hash=\S+)+)", re.MULTILINE)
HASHES, LICENCES = HashTypeFactory(), LicenseFactory()
APPROVED = "License :: OSI Approved :: "


def main() -> None:
    """Print the document, without a date: the lock says what it is of."""
    bom = Bom(serial_number=uuid5(NAMESPACE_URL, LOCK.read_text()))
    bom.metadata.component = root = component("beffroi", metadata("beffroi")["Version"], "", [])
    root.type = ComponentType.APPLICATION
    pinned = list(locked(LOCK.read_text()))
    bom.components.update(pinned)
    bom.register_dependency(root, pinned)
    document = json.loads(JsonV1Dot6(bom).output_as_string())
    del document["metadata"]["timestamp"]
    sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def locked(lock: str) -> Iterator[Component]:
    """Each package of a lock; one that has two versions, for two Pythons, comes twice."""
    for name, version, marker, hashes in PINNED.findall(lock):
        yield component(name, version, marker, re.findall(r"--hash=(\S+)", hashes))


def component(name: str, version: str, marker: str, hashes: list[str]) -> Component:
    """A package with its address, licence and the hashes of the files that may be installed."""
    found = Component(
        name=name,
        version=version,
        bom_ref=f"{name}=={version}",
        purl=PackageURL("pypi", None, name, version),
        type=ComponentType.LIBRARY,
    )
    if hashes:
        found.external_references.add(
            ExternalReference(
                type=ExternalReferenceType.DISTRIBUTION,
                url=XsUri(f"pkg:pypi/{name}@{version}"),
                hashes=[HASHES.from_composite_str(one) for one in hashes],
            )
        )
    if marker:
        found.properties.add(Property(name="beffroi:python:marker", value=marker))
    try:
        package = metadata(name)
    except PackageNotFoundError:  # of another system or Python
        return found
    found.description = package["Summary"]
    classed = [one.removeprefix(APPROVED) for one in package.get_all("Classifier", [])]
    licence = package["License-Expression"] or next(
        (one for one in classed if "License" in one), ""
    )
    licence = licence or (package["License"] or "").partition("\n")[0]
    if licence:
        found.licenses.add(LICENCES.make_from_string(licence))
    return found


main()
