"""What a process counts for Prometheus.

Nobody can be known from it: no address, no page, no vote. Casts are told by fifties, since a figure
that rises by one says when somebody voted; requests by the first word of their address, since a
finer one would tell the steps of voters.
"""

from prometheus_client import Counter, Histogram

CASTS_STEP = 50

REQUESTS = Counter("beffroi_requests", "Requests answered.", ("family", "status"), registry=None)
REQUEST_SECONDS = Histogram(
    "beffroi_request_seconds", "Seconds until a request is answered.", ("family",), registry=None
)
CASTS = Counter("beffroi_casts", "Ballots cast, by fifties of each process.", registry=None)
JOBS = Counter("beffroi_jobs", "Jobs run.", ("job", "outcome"), registry=None)
MAILS = Counter("beffroi_mails", "Mails handed over, or not.", ("outcome",), registry=None)

COUNTED = (REQUESTS, REQUEST_SECONDS, CASTS, JOBS, MAILS)

_untold = [0]


def count_cast() -> None:
    """Count a ballot that was cast."""
    _untold[0] += 1
    if _untold[0] == CASTS_STEP:
        CASTS.inc(CASTS_STEP)
        _untold[0] = 0
