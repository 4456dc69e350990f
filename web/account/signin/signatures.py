"""Public texts are signed: a person without a name gives it in the form of the text."""

from dataclasses import replace
from typing import Any

import msgspec

from deliberation.core.context import RequestContext
from deliberation.core.errors import Invalid
from deliberation.network.people.commands import Name, Profile, change_profile
from deliberation.network.people.queries import account
from deliberation.text.inputs import read_draft
from web.shell.forms import Form

SIGNATURE = "signature"  # the field's name


class SignatureDraft(msgspec.Struct, frozen=True):
    """The name that one's public texts are signed with."""

    signature: Name


async def signing(ctx: RequestContext, form: Form[Any]) -> RequestContext:
    """The context of somebody with a name: kept from the form if they had none, or an error."""
    if ctx.viewer is None or ctx.viewer.name:
        return ctx
    try:
        name = read_draft(SignatureDraft, form.typed).signature
        mine = await account(ctx)
        await change_profile(ctx, Profile(name=name, lang=mine.lang, notify=mine.notify))
    except Invalid as error:
        form.refuse(Invalid(dict.fromkeys([SIGNATURE], *error.errors.values())))
        return ctx
    return replace(ctx, viewer=replace(ctx.viewer, name=name))
