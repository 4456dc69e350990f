"""A process that holds votes leaves no core dump, and its own account cannot read its memory."""

import subprocess
import sys

import pytest

ASKED = """
import ctypes, resource
from deliberation.operations.process_limits import keep_memory_private
keep_memory_private()
print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has prctl")
def test_h2_a_process_leaves_no_core_dump_and_no_memory_to_read() -> None:
    done = subprocess.run([sys.executable, "-c", ASKED], capture_output=True, text=True, check=True)
    assert done.stdout == "(0, 0) 0\n"
