"""What a process asks of the system so that its memory, which held votes, is left to nobody."""

import ctypes
import os
import sys

PR_SET_DUMPABLE = 4  # linux/prctl.h

if os.name == "posix":
    import resource


def keep_memory_private() -> None:
    """No core dump of this process, and no debugger of its own account; children ask for theirs.

    Where the system knows no such wish, nothing. Root can still read everything.
    """
    if os.name == "posix":
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
