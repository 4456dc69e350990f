"""/api/v1/consultations/{slug}/polls/{n}/result, its recount file and its table."""

import csv
import io

from litestar import Response
from litestar.params import FromPath

from api.plumbing.files import attachment
from api.plumbing.routes import get
from api.plumbing.transaction import Acting
from deliberation.consultations.queries import consultation_page
from deliberation.results.queries import ResultPage, csv_rows, recount_bytes, result_page

ITEM = "/consultations/{slug:str}/polls/{number:int}/result"


@get(ITEM)
async def get_result(act: Acting, slug: FromPath[str], number: FromPath[int]) -> ResultPage:
    """The published result; 404 with the code `results-not-yet` until then."""
    return await result_page(act, await consultation_page(act, slug), number)


@get(ITEM + "/recount", media_type="application/json")
async def get_recount(act: Acting, slug: FromPath[str], number: FromPath[int]) -> Response[bytes]:
    """The distinct ballots with their counts: count them again with `beffroi recount`."""
    file = await recount_bytes(act, await consultation_page(act, slug), number)
    return attachment(file, f"recount-{slug}-{number}.json", "application/json")


@get(ITEM + ".csv", media_type="text/csv")
async def get_result_table(
    act: Acting, slug: FromPath[str], number: FromPath[int]
) -> Response[bytes]:
    """The result as a table: UTF-8, commas."""
    rows = await csv_rows(act, await consultation_page(act, slug), number)
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return attachment(text.getvalue().encode(), f"{slug}-{number}.csv", "text/csv")


HANDLERS = [get_result, get_recount, get_result_table]
