"""Eligibility rules, the assurance level of each, and the secrecy of a vote."""

from typing import Literal

Secrecy = Literal["plain", "sealed"]
Eligibility = Literal["link", "email", "code", "roll", "oidc"]

# Assurance levels, weakest first, shown as E0 to E3: whoever has the link; an e-mail address; a
# code sent by letter or an address, on the roll; an identity provider and the roll. A sealed vote
# needs the roll or better.
ASSURANCE_LEVELS = ("link", "email", "roll", "identity")
# Who votes -> their assurance level.
ASSURANCE: dict[str, str] = {
    "link": "link",
    "email": "email",
    "code": "roll",
    "roll": "roll",
    "oidc": "identity",
}
# Who votes by the electoral roll; as a tuple, it is also written into SQL after `IN`.
ROLLED = ("code", "roll", "oidc")
