"""The trustees of the story's sealed votes: keys, rehearsal, count and signatures; by commands."""

import io
import secrets
from pathlib import Path
from tempfile import NamedTemporaryFile

import msgspec

from deliberation.core.context import RequestContext
from deliberation.demo import reading
from deliberation.demo.credentials import hand_out, lock_keys
from deliberation.demo.reading import CountStory
from deliberation.demo.state import StoryVote, consultation_of
from deliberation.elections.paper.archives import export_archive
from deliberation.elections.polls.queries import poll_view
from deliberation.elections.results import minutes_texts as minutes_words
from deliberation.elections.results.sealed_count import CountDraft, publish_count
from deliberation.elections.sealed_protocol.archive import BallotArchive, open_archive
from deliberation.elections.sealed_protocol.canonical import canonical, digest
from deliberation.elections.sealed_protocol.keys import TrusteeKey, key_from
from deliberation.elections.sealed_protocol.shares import write_shares
from deliberation.elections.sealed_protocol.signatures import placed, sign_minutes
from deliberation.elections.trustees.commands import (
    begin_rehearsal,
    hand_in_shares,
    register_trustee,
)
from deliberation.elections.trustees.queries import THRESHOLDS
from deliberation.elections.verification.minutes import SealedCount, count_archive, read_minutes
from deliberation.i18n.catalogue import SOURCE


async def register(vote: StoryVote, ctx: RequestContext) -> None:
    """The trustees bring their public keys; those of the vote to try lie in the demo's folder."""
    consultation = await consultation_of(vote.stage, ctx, vote.story)
    seeds = {one.name: secrets.token_bytes(32) for one in vote.sealed.trustee}
    vote.keys = [key_from(name, seed) for name, seed in seeds.items()]
    for key in vote.keys:
        await register_trustee(ctx, consultation, canonical(key.public))
    if vote.sealed.demo_credentials:
        visitors = {person.name for person in reading.demo_people()}
        codes = {
            name: vote.codes[number] for number, name in vote.names.items() if name in visitors
        }
        files = lock_keys(ctx.app, seeds)
        hand_out(ctx.app, vote.story.slug, vote.story.title, codes, files)


async def rehearse(vote: StoryVote, ctx: RequestContext) -> None:
    """Each trustee opens the test ballots."""
    consultation = await consultation_of(vote.stage, ctx, vote.story)
    with NamedTemporaryFile(suffix=".tar") as file:
        file.write(await begin_rehearsal(ctx, consultation))
        file.flush()
        with open_archive(Path(file.name)) as archive:
            for key in vote.keys:
                await hand_in_shares(ctx, consultation, _shares(archive, key).getvalue())


async def count(vote: StoryVote, count: CountStory, ctx: RequestContext) -> None:
    """Some trustees count and sign what the agent then publishes."""
    consultation = await consultation_of(vote.stage, ctx, vote.story)
    poll = await poll_view(ctx, consultation, 1)
    members = [vote.keys[place - 1] for place in count.by]
    with NamedTemporaryFile(suffix=".tar") as file:
        await export_archive(ctx, poll.id, file)
        file.flush()
        with open_archive(Path(file.name)) as archive:
            counted = count_archive(archive, [_shares(archive, key) for key in members])
    trustees = [key.public for key in vote.keys]
    signatures = [sign_minutes(key, counted.minutes) for key in members]
    draft = CountDraft(
        minutes=counted.minutes,
        signatures=placed(signatures, counted.minutes, trustees),
        recount=counted.recount,
        pdf=_pdf(vote, counted),
    )
    await publish_count(ctx, consultation, poll, draft)


def _pdf(vote: StoryVote, counted: SealedCount) -> bytes:
    minutes = read_minutes(counted.minutes)
    trustees = [(key.public.name, key.public.fingerprint) for key in vote.keys]
    signing = minutes_words.MinutesTrustees(trustees, THRESHOLDS[len(trustees)])
    words = msgspec.to_builtins(minutes)
    said = minutes_words.minutes_text(SOURCE, words, digest(counted.minutes), signing)
    return minutes_words.as_pdf(said, minutes.closed_at)


def _shares(archive: BallotArchive, key: TrusteeKey) -> io.BytesIO:
    out = io.BytesIO()
    write_shares(out, archive, key)
    out.seek(0)
    return out
