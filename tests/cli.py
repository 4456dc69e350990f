"""The command line, called in this process or as a process of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from click.testing import CliRunner, Result

from api.cli import main

LOCALES = {"fr": "fr_FR.UTF-8", "en": "en_GB.UTF-8"}


def beffroi_here(
    *words: str | Path,
    lang: str = "fr",
    given: str = "",
    environment: Mapping[str, str] | None = None,
) -> Result:
    """The command in this process, in a language; it must end by a code, never by a traceback.

    A process of its own takes ten times as long: `beffroi_process`, where that is what is tested.
    """
    known = {"LC_ALL": LOCALES[lang], **(environment or {})}
    done = CliRunner().invoke(main, [str(word) for word in words], env=known, input=given)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def beffroi_process(
    *words: str | Path, lang: str = "fr", environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own, in a language."""
    known = {**os.environ, "LC_ALL": LOCALES[lang], "PYTHONIOENCODING": "utf-8"}
    known |= environment or {}
    command = [sys.executable, "-c", "from api.cli import main; main()", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, env=known, check=False)
