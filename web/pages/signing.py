"""Public texts are signed: whoever has no name yet says it in the form of the text itself."""

from dataclasses import replace
from typing import Any

import msgspec

from deliberation.kit.act import Act
from deliberation.kit.drafts import read_draft
from deliberation.kit.errors import Invalid
from deliberation.people.commands import Name, Profile, change_profile
from deliberation.people.queries import account
from web.forms import Form

SIGNATURE = "signature"  # the field's name


class SignatureDraft(msgspec.Struct, frozen=True):
    """The name that one's public texts are signed with."""

    signature: Name


async def signing(act: Act, form: Form[Any]) -> Act:
    """The act of somebody with a name: kept from the form when they had none, or an error in it."""
    if act.viewer is None or act.viewer.name:
        return act
    try:
        name = read_draft(SignatureDraft, form.typed).signature
        mine = await account(act)
        await change_profile(act, Profile(name=name, lang=mine.lang, notify=mine.notify))  # type: ignore[arg-type]
    except Invalid as error:
        form.refuse(Invalid(dict.fromkeys([SIGNATURE], *error.errors.values())))
        return act
    return replace(act, viewer=replace(act.viewer, name=name))
