"""The fault matrix, one line a fault."""

from typing import NamedTuple

from tests.faults import (
    backups,
    bugs,
    closing,
    counts,
    crashes,
    disks,
    hall,
    machines,
    peers,
    services,
    survival,
)
from tests.faults.run import Case


class Fault(NamedTuple):
    """A fault's number, what is injected, and whether the short run has it.

    The short run has one case of each kind: a repeat, a crash of each process, lost answers, races,
    forged files, a crowd, and a planted bug that must be found. `./dev faults` runs them all.
    """

    number: str
    told: str
    case: Case
    smoke: bool = False


FAULTS = [
    Fault("F1", "the same form sent three times at once", crashes.f1_double_click, smoke=True),
    Fault("F2", "one worker, then all, killed", crashes.f2_killed_site, smoke=True),
    Fault("F3", "postmaster killed under load", crashes.f3_killed_database, smoke=True),
    Fault("F3b", "own database killed under load", crashes.f3_own_database),
    Fault("F4", "database restarted, stale connections", crashes.f4_restarted_database),
    Fault("F5", "clients hang up at every moment", crashes.f5_gone_clients, smoke=True),
    Fault("F6", "answers lost after the commit", crashes.f6_lost_answers, smoke=True),
    Fault("F7", "network slow, cut, mute", crashes.f7_cut_network),
    Fault("F8", "no space left for the tables", disks.f8_full_data),
    Fault("F8b", "no space left for the write-ahead log", disks.f8_full_log),
    Fault("F9", "the disk becomes read-only", disks.f9_read_only),
    Fault("F9b", "the disk fails on fsync", disks.f9_failing_fsync),
    Fault("F10", "a site process stopped for 30 s", crashes.f10_stopped_site),
    Fault("F11", "the database's clock steps", closing.f11_clock_steps),
    Fault("F11b", "the site's own clock is wrong", closing.f11_site_clock),
    Fault("F12s", "500 voters in the last 10 s, twice", closing.f12_small_rush),
    Fault("F12", "10,000 voters in the last minute, twice", closing.f12_rush),
    Fault("F13", "the close races 500 casts", closing.f13_racing_close, smoke=True),
    Fault("F14", "sealer killed at each statement; two", closing.f14_killed_publisher, smoke=True),
    Fault("F15", "deadlocks and serialization failures", closing.f15_forced_conflicts),
    Fault("F16", "rolling restart of two sites", crashes.f16_rolling_restart),
    Fault("F17", "restored from a dump", backups.f17_logical_backup),
    Fault("F18", "restored to a point in time", backups.f18_point_in_time),
    Fault("F19", "physical backup under load", backups.f19_physical_backup),
    Fault("F19b", "restored into another major", backups.f19_other_major),
    Fault("F20", "replayed requests", closing.f20_replays),
    Fault("F21", "mail server down, slow, refusing", services.f21_mail_server),
    Fault("F22", "identity provider down", services.f22_identity_provider),
    Fault("F23", "bad bundles, shares, keys", counts.f23_bad_archives, smoke=True),
    Fault("F24", "two elections, one locked and flooded", closing.f24_two_elections),
    Fault("F25", "the log cannot be written", disks.f25_full_log),
    Fault("F26", "100,000 ballots of 1,000,000 electors", counts.f26_large_count),
    Fault("F28", "17 and 500 slow bodies", peers.f28_slow_bodies),
    Fault("F29", "database restarted, seen by pages", survival.f29_restarted_database, smoke=True),
    Fault("F30", "primary dies, standby promoted", survival.f30_failover),
    Fault("F31", "mail server away for 24 hours", survival.f31_mail_server_away),
    Fault("F32", "worker killed at each statement", survival.f32_killed_worker),
    Fault("F33", "two machines, two folders, two secrets", machines.f33_two_machines, smoke=True),
    Fault("F34s", "a hall of 40 with an attacker in it", hall.f34_small_hall, smoke=True),
    Fault("F34", "a hall of 300 with an attacker in it", hall.f34_hall),
    Fault("bug-0", "no bug planted: the control", bugs.no_bug),
    Fault("bug-1", "no UNIQUE", bugs.no_unique),
    Fault("bug-2", "no row lock", bugs.no_row_lock),
    Fault("bug-3", "no lock at the close", bugs.no_close_lock),
    Fault("bug-4", "acknowledged before the commit", bugs.early_answer, smoke=True),
]
