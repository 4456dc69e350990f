"""Every background job has a name that administrators read."""

from deliberation.jobs import JOBS, PERIODIC
from deliberation.operations.health_texts import WORK


def test_every_job_has_its_name_in_words() -> None:
    assert set(WORK) == {*JOBS, *PERIODIC}
