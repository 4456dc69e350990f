"""A language needs a catalogue and nothing else: the site runs with one of three plurals."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
CHECKS = "tests/deliberation/i18n/third_language_checks.py"


@pytest.mark.slow
def test_a_catalogue_of_three_plural_forms_makes_the_site_speak_its_language() -> None:
    ours = ("PYTEST_", "BEFFROI_TEST_FOLDER")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    words = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "tests.third_language", CHECKS]
    done = subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-6000:]
    assert " passed" in done.stdout
