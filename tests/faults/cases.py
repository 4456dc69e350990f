"""The fault matrix, one line a fault."""

from typing import NamedTuple

from tests.faults import crashes
from tests.faults.run import Case


class Fault(NamedTuple):
    """A fault's number, what is injected, and whether the short run has it."""

    number: str
    told: str
    case: Case
    smoke: bool = False


FAULTS = [
    Fault("F1", "the same form sent three times at once", crashes.f1_double_click, smoke=True),
    Fault("F2", "one worker, then all, killed", crashes.f2_killed_site, smoke=True),
    Fault("F3", "postmaster killed under load", crashes.f3_killed_database, smoke=True),
    Fault("F4", "database restarted, stale connections", crashes.f4_restarted_database, smoke=True),
    Fault("F5", "clients hang up at every moment", crashes.f5_gone_clients, smoke=True),
    Fault("F6", "answers lost after the commit", crashes.f6_lost_answers, smoke=True),
    Fault("F7", "network slow, cut, mute", crashes.f7_cut_network),
    Fault("F10", "a site process stopped for 30 s", crashes.f10_stopped_site),
    Fault("F16", "rolling restart of two sites", crashes.f16_rolling_restart),
]
