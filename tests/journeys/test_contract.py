"""The API answers what its own description says, whatever is asked: checked by schemathesis."""

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

from tests.examples import LIMIT
from tests.journeys.demo import Demo

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)
PROGRAM = Path(sys.executable).parent / "schemathesis"


def test_every_reading_resource_answers_as_described(demo: Demo) -> None:
    description = f"{demo.address}/api/v1/openapi.json"
    words = ["run", description, "--include-method", "GET", "--phases", "fuzzing", "--seed", "1"]
    said = subprocess.run(
        [PROGRAM, *words, "--max-examples", str(min(12, LIMIT // 2)), "--checks", ",".join(CHECKS)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stdout[-6000:]


def test_the_description_is_openapi_3_1_and_names_only_the_api(demo: Demo) -> None:
    with urllib.request.urlopen(f"{demo.address}/api/v1/openapi.json") as answer:
        description = json.load(answer)
    assert description["openapi"].startswith("3.1")
    assert all(path.startswith("/api/v1") for path in description["paths"])
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            assert operation.get("summary") or operation.get("description"), f"{method} {path}"
