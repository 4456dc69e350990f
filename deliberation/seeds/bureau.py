"""The trustees of the story's sealed votes: keys, rehearsal, count and signatures; by commands."""

import io
import secrets
from pathlib import Path
from tempfile import NamedTemporaryFile

import msgspec

from deliberation.ballot_box.bundles import export_bundle
from deliberation.ballot_box.sealed.bundle import Bundle, open_bundle
from deliberation.ballot_box.sealed.canonical import canonical, digest
from deliberation.ballot_box.sealed.keys import TrusteeKey, key_from
from deliberation.ballot_box.sealed.minutes import Counted, count_bundle, read_minutes
from deliberation.ballot_box.sealed.shares import write_shares
from deliberation.ballot_box.sealed.signatures import placed, sign_minutes
from deliberation.ballot_box.trustees import begin_rehearsal, hand_in_shares, register_trustee
from deliberation.ballot_box.urns import THRESHOLDS
from deliberation.kit.act import Act
from deliberation.polls.queries import poll_view
from deliberation.results.sealed import CountDraft, publish_count
from deliberation.seeds import reading
from deliberation.seeds.handed_out import hand_out, lock_keys
from deliberation.seeds.reading import CountStory
from deliberation.seeds.stage import Vote, page_of
from deliberation.words import minutes as minutes_words


async def register(vote: Vote, act: Act) -> None:
    """The trustees bring their public keys; those of the vote to try lie in the demo's folder."""
    page = await page_of(vote.stage, act, vote.story)
    seeds = {one.name: secrets.token_bytes(32) for one in vote.sealed.trustee}
    vote.keys = [key_from(name, seed) for name, seed in seeds.items()]
    for key in vote.keys:
        await register_trustee(act, page, canonical(key.public))
    if vote.sealed.handed_out:
        visitors = {person.name for person in reading.demo_people()}
        codes = {
            name: vote.codes[number] for number, name in vote.names.items() if name in visitors
        }
        files = lock_keys(act.house, seeds)
        hand_out(act.house, vote.story.slug, vote.story.title, codes, files)


async def rehearse(vote: Vote, act: Act) -> None:
    """Each trustee opens the test ballots."""
    page = await page_of(vote.stage, act, vote.story)
    with NamedTemporaryFile(suffix=".tar") as file:
        file.write(await begin_rehearsal(act, page))
        file.flush()
        with open_bundle(Path(file.name)) as bundle:
            for key in vote.keys:
                await hand_in_shares(act, page, _shares(bundle, key).getvalue())


async def count(vote: Vote, count: CountStory, act: Act) -> None:
    """Some trustees count and sign what the agent then publishes."""
    page = await page_of(vote.stage, act, vote.story)
    poll = await poll_view(act, page, 1)
    members = [vote.keys[place - 1] for place in count.by]
    with NamedTemporaryFile(suffix=".tar") as file:
        await export_bundle(act, poll.id, file)
        file.flush()
        with open_bundle(Path(file.name)) as bundle:
            counted = count_bundle(bundle, [_shares(bundle, key) for key in members])
    trustees = [key.public for key in vote.keys]
    signatures = [sign_minutes(key, counted.minutes) for key in members]
    draft = CountDraft(
        minutes=counted.minutes,
        signatures=placed(signatures, counted.minutes, trustees),
        recount=counted.recount,
        pdf=_pdf(vote, counted),
    )
    await publish_count(act, page, poll, draft)


def _pdf(vote: Vote, counted: Counted) -> bytes:
    minutes = read_minutes(counted.minutes)
    trustees = [(key.public.name, key.public.fingerprint) for key in vote.keys]
    bureau = minutes_words.Bureau(trustees, THRESHOLDS[len(trustees)])
    said = minutes_words.told("fr", msgspec.to_builtins(minutes), digest(counted.minutes), bureau)
    return minutes_words.as_pdf(said, minutes.closed_at)


def _shares(bundle: Bundle, key: TrusteeKey) -> io.BytesIO:
    out = io.BytesIO()
    write_shares(out, bundle, key)
    out.seek(0)
    return out
