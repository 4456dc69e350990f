"""All figures as Prometheus reads them: those that processes count, and those of the database."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, generate_latest, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from deliberation.operations.health import State
from deliberation.operations.metrics import COUNTED


def exposition(state: State | None = None) -> bytes:
    """The figures of a site's processes or of a worker, and the state of the installation."""
    registry = counted()
    if state is not None:
        registry.register(_StateCollector(state))
    return generate_latest(registry)


def counted() -> CollectorRegistry:
    """What the processes count; those of one site in the folder of PROMETHEUS_MULTIPROC_DIR."""
    registry = CollectorRegistry()
    try:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    except ValueError:  # no such folder: this process alone
        for metric in COUNTED:
            registry.register(metric)
    return registry


@contextmanager
def shown(host: str, port: int) -> Iterator[None]:
    """Show what this process counts at /metrics of a port, meanwhile; 0: nowhere."""
    if not port:
        yield
        return
    server, thread = start_http_server(port, addr=host, registry=counted())
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _StateCollector(Collector):
    def __init__(self, state: State) -> None:
        self._state = state

    def collect(self) -> Iterator[Metric]:
        state = self._state
        yield _family("info", "The release.", "release", {state.release: 1})
        yield _figure("database_up", "Whether the database answers.", state.database)
        yield _figure("folder_free_bytes", "Free space of the data folder.", state.folder_free)
        if not state.database:
            return
        yield _figure("schema_current", "Whether `migrate` was run.", bool(state.schema_current))
        yield _figure("mails_waiting", "Mails not sent yet.", state.mails)
        yield _figure("mails_refused", "Mails refused for good.", state.mails_refused)
        yield _figure("connections_limit", "That the server allows.", state.connections_limit)
        yield _family("connections", "Connections to the database.", "role", state.connections)
        yield _family(
            "periodic_age_seconds",
            "Seconds since a periodic job came to its end.",
            "job",
            state.periodic,
        )
        for name, said in _LANE_FIGURES.items():
            values = {lane.name: getattr(lane, name) for lane in state.lanes}
            yield _family(f"jobs_{name}", said, "lane", values)


_LANE_FIGURES = {
    "waiting": "Jobs that are due, or will be.",
    "failing": "Those of them that have failed.",
    "given_up": "Jobs that are not tried any more.",
    "oldest_seconds": "Seconds for which the longest waiting job has been due.",
}


def _figure(name: str, said: str, value: float) -> Metric:
    return GaugeMetricFamily(f"beffroi_{name}", said, value)


def _family(name: str, said: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(f"beffroi_{name}", said, labels=(label,))
    for key, value in values.items():
        family.add_metric((key,), value)
    return family
