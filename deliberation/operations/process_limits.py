"""Keep a process's memory, which has held votes, out of core dumps and debuggers."""

import ctypes
import os
import sys

PR_SET_DUMPABLE = 4  # linux/prctl.h

if os.name == "posix":
    import resource


def keep_memory_private() -> None:
    """Forbid core dumps of this process and debuggers of its own account; children ask for theirs.

    Does nothing where the system has no such setting. Root can still read everything.
    """
    if os.name == "posix":
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
