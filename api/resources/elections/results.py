"""/api/v1/consultations/{slug}/polls/{n}/result, its recount file and its table."""

import csv
import io
from typing import Literal

from litestar import Response
from litestar.params import FromPath, FromQuery

from api.core.consultations import ThisConsultation
from api.core.files import attachment
from api.core.routes import get, public_get
from api.core.transaction import Ctx
from deliberation.elections.results.queries import (
    ResultPage,
    recount_bytes,
    result_page,
    result_table,
)
from deliberation.elections.results.table_texts import heading
from deliberation.i18n.catalogue import LanguageOrNone
from deliberation.text.spreadsheets import harmless

ITEM = "/consultations/{slug:str}/polls/{number:int}/result"


@public_get(ITEM)
async def get_result(ctx: Ctx, consultation: ThisConsultation, number: FromPath[int]) -> ResultPage:
    """The published result; 404 with the code `results-not-yet` until then."""
    return await result_page(ctx, consultation, number)


@public_get(ITEM + "/recount", media_type="application/json")
async def get_recount(
    ctx: Ctx, consultation: ThisConsultation, slug: FromPath[str], number: FromPath[int]
) -> Response[bytes]:
    """The distinct ballots with their counts: count them again with `beffroi recount`."""
    file = await recount_bytes(ctx, consultation, number)
    return attachment(file, f"recount-{slug}-{number}.json", "application/json")


@get(ITEM + ".csv", media_type="text/csv")
async def get_result_table(
    ctx: Ctx,
    consultation: ThisConsultation,
    slug: FromPath[str],
    number: FromPath[int],
    form: FromQuery[Literal["machine", "spreadsheet"]] = "machine",
    lang: FromQuery[LanguageOrNone] = "",
) -> Response[bytes]:
    """The result as a table, the winner first.

    `machine`: UTF-8, commas, names of columns that do not change. `spreadsheet`: what a double
    click opens in a spreadsheet, with a byte order mark, semicolons and headings in `lang` (the
    reader's). Grades stand from the worst; those given, `no_judgment` and `blank` add up to
    `ballots`; `no_judgment_read_as` is the grade that the vote's rule counts for no judgment.
    """
    columns, rows = await result_table(ctx, consultation, number)
    text = io.StringIO()
    if form == "machine":
        csv.writer(text).writerows([[harmless(one.name) for one in columns], *rows])
        data = text.getvalue().encode()
    else:
        headings = [harmless(heading(lang or ctx.lang, one)) for one in columns]
        csv.writer(text, delimiter=";").writerows([headings, *rows])
        data = text.getvalue().encode("utf-8-sig")
    return attachment(data, f"{slug}-{number}.csv", "text/csv")
