"""/api/v1/consultations/{slug}/subjects: what people write, of any kind, and following it."""

from litestar.params import FromPath, FromQuery

from api.core.consultations import ThisConsultation
from api.core.routes import delete, get, put
from api.core.transaction import Ctx
from deliberation.process.consultations.queries import consultation_ref
from deliberation.process.subjects import following
from deliberation.process.subjects.following import Following
from deliberation.process.subjects.kinds import SubjectRef
from deliberation.process.subjects.queries import (
    SubjectList,
    SubjectView,
    subject_list,
    subject_view,
)

KIND = "/consultations/{slug:str}/subjects/{kind:str}"
ITEM = KIND + "/{number:int}"


@get(KIND)
async def list_subjects(
    ctx: Ctx, consultation: ThisConsultation, kind: FromPath[str], cursor: FromQuery[str] = ""
) -> SubjectList:
    """Open data: all public texts of a kind, the oldest first; follow `next`."""
    return await subject_list(ctx, consultation, kind, cursor[:200])


@get(ITEM)
async def get_subject(
    ctx: Ctx, slug: FromPath[str], kind: FromPath[str], number: FromPath[int]
) -> SubjectView:
    """One public text of a kind."""
    ref = SubjectRef(kind, number)
    return await subject_view(ctx, await consultation_ref(ctx, slug), ref)


@put(ITEM + "/follow")
async def follow_subject(
    ctx: Ctx, slug: FromPath[str], kind: FromPath[str], number: FromPath[int]
) -> Following:
    """Be told by mail of what becomes of a text; doing it twice changes nothing."""
    ref = SubjectRef(kind, number)
    return await following.follow(ctx, await consultation_ref(ctx, slug), ref)


@delete(ITEM + "/follow", status_code=200)
async def unfollow_subject(
    ctx: Ctx, slug: FromPath[str], kind: FromPath[str], number: FromPath[int]
) -> Following:
    """Follow a text no longer."""
    ref = SubjectRef(kind, number)
    return await following.unfollow(ctx, await consultation_ref(ctx, slug), ref)


HANDLERS = [list_subjects, get_subject, follow_subject, unfollow_subject]
