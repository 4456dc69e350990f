"""The state that all scenes of the story share: people and things so far, moments, contexts."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from deliberation.core.context import RequestContext, Viewer
from deliberation.demo.reading import ConsultationStory, SealedStory
from deliberation.elections.sealed_protocol.keys import TrusteeKey
from deliberation.i18n.formats import PARIS
from deliberation.process.consultations.queries import ConsultationRef, consultation_ref

SEED = 1302
OPENS, CLOSES = timedelta(hours=8), timedelta(hours=20)  # hours of Paris at which phases turn

Choice = dict[str, int]  # option -> grade, rank or 1, as a ballot is cast
Do = Callable[[RequestContext], Awaitable[None]]


@dataclass(order=True, frozen=True)
class StoryStep:
    """An action of somebody at one moment."""

    day: float
    order: int
    who: str = field(compare=False)
    do: Do = field(compare=False)


@dataclass
class Cast:
    """Everybody and everything already on stage, by the story's keys."""

    start: datetime
    chance: random.Random
    authorities: dict[str, UUID] = field(default_factory=dict)
    people: dict[str, Viewer] = field(default_factory=dict)
    crowd: list[Viewer] = field(default_factory=list)
    proposals: dict[tuple[str, str], int] = field(default_factory=dict)
    scene: datetime | None = None
    consultations: dict[str, ConsultationRef] = field(default_factory=dict)


@dataclass
class StoryVote:
    """A sealed vote being played: who is on its roll, what they choose, what was drawn for it."""

    stage: Cast
    story: ConsultationStory
    sealed: SealedStory
    online: list[str]
    papers: list[str]
    lost: str
    ballots: list[Choice]
    names: dict[str, str]
    codes: dict[str, str] = field(default_factory=dict)
    keys: list[TrusteeKey] = field(default_factory=list)
    extension: UUID | None = None
    request: UUID | None = None


async def consultation_of(
    stage: Cast, ctx: RequestContext, story: ConsultationStory
) -> ConsultationRef:
    """The consultation at the context's time, read once per scene."""
    if stage.scene != ctx.now:
        stage.scene = ctx.now
        stage.consultations.clear()
    if story.slug not in stage.consultations:
        stage.consultations[story.slug] = await consultation_ref(ctx, story.slug)
    return stage.consultations[story.slug]


def as_person(ctx: RequestContext, viewer: Viewer) -> RequestContext:
    """Copy of the context with another person as viewer."""
    return RequestContext(app=ctx.app, db=ctx.db, now=ctx.now, viewer=viewer, network="demo")


def moment_at(stage: Cast, day: float, hour: timedelta) -> datetime:
    """A day of the story at an hour of Paris."""
    local = (stage.start + timedelta(days=day)).astimezone(PARIS)
    return local.replace(hour=0, minute=0, second=0, microsecond=0) + hour


def day_at(stage: Cast, day: float, hour: timedelta) -> float:
    """Convert a moment to days from the story's start."""
    return (moment_at(stage, day, hour) - stage.start) / timedelta(days=1)


async def nothing(ctx: RequestContext) -> None:
    """A scene without an actor: time passes."""
