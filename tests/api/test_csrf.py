"""Each row of the table in `api.core.csrf`, for each verb; and one mechanism for pages and API."""

import httpx
import pytest
from litestar import Litestar

from tests.site import ORIGIN, in_process

ELSEWHERE = "https://elsewhere.example"
# What a browser with a session sends -> whether it may change something.
ROWS: list[tuple[dict[str, str], bool]] = [
    ({"sec-fetch-site": "same-origin"}, True),
    ({"sec-fetch-site": "none"}, True),
    ({"sec-fetch-site": "same-site"}, False),
    ({"sec-fetch-site": "cross-site"}, False),
    ({"sec-fetch-site": "of the future"}, False),
    ({"sec-fetch-site": ""}, False),
    # The first that is present decides.
    ({"sec-fetch-site": "cross-site", "origin": ORIGIN, "referer": f"{ORIGIN}/fr"}, False),
    ({"sec-fetch-site": "same-origin", "origin": ELSEWHERE}, True),
    ({"origin": ELSEWHERE, "referer": f"{ORIGIN}/fr"}, False),
    ({"origin": ORIGIN, "referer": f"{ELSEWHERE}/"}, True),
    # Scheme, host and port, as this site is called and not as it was asked.
    ({"origin": ORIGIN}, True),
    ({"origin": "null"}, False),
    ({"origin": ""}, False),
    ({"origin": "http://["}, False),
    ({"origin": ORIGIN.replace("http:", "https:")}, False),
    ({"origin": "http://localhost"}, False),
    ({"origin": "http://localhost:80000"}, False),
    ({"origin": "http://localhost:8000.elsewhere.example"}, False),
    ({"origin": "http://sister.localhost:8000"}, False),
    ({"origin": ELSEWHERE, "host": "elsewhere.example"}, False),
    ({"origin": "http://elsewhere.example", "host": "elsewhere.example"}, False),
    ({"referer": ORIGIN}, True),
    ({"referer": f"{ORIGIN}/fr/compte"}, True),
    ({"referer": f"{ELSEWHERE}/{ORIGIN}/"}, False),
    ({"referer": f"{ORIGIN}@elsewhere.example/"}, False),
    ({"referer": f"{ORIGIN}.elsewhere.example/"}, False),
    ({"referer": f"{ORIGIN}0/"}, False),
    ({"referer": ""}, False),
    ({}, False),
]
# Each does nothing to a stranger; the bodies are such as the routes take.
VERBS = [
    ("POST", "/fr/compte/deconnexion"),
    ("POST", "/api/v1/sign-in-codes"),
    ("PUT", "/api/v1/account"),
    ("DELETE", "/api/v1/account/sessions/00000000-0000-7000-8000-000000000000"),
]


def is_foreign(answer: httpx.Response) -> bool:
    """Whether a request was refused for where it came from."""
    words = "ne vient pas d’une page de ce site"
    return answer.status_code == 403 and words in answer.text


@pytest.mark.parametrize(("method", "path"), VERBS)
@pytest.mark.parametrize(("headers", "passes"), ROWS, ids=lambda value: str(value))
async def test_a_change_comes_from_a_page_of_this_site(
    site: Litestar, headers: dict[str, str], method: str, path: str, *, passes: bool
) -> None:
    held = {"session": "of nobody any more"}
    async with httpx.AsyncClient(
        transport=in_process(site), base_url=ORIGIN, cookies=held
    ) as browser:
        answer = await browser.request(method, path, headers=headers)
    assert is_foreign(answer) is not passes


@pytest.mark.parametrize("cookie", ["session", "browser", "device", "pending_login", "identity"])
async def test_only_a_program_without_any_cookie_says_nothing_of_its_place(
    site: Litestar, cookie: str
) -> None:
    async with httpx.AsyncClient(transport=in_process(site), base_url=ORIGIN) as program:
        answer = await program.post("/api/v1/sign-in-codes", json={"email": "a@example.org"})
        assert answer.status_code == 202
        assert "set-cookie" not in answer.headers
        program.cookies.set(cookie, "x")
        answer = await program.post("/api/v1/sign-in-codes", json={"email": "a@example.org"})
        assert is_foreign(answer)


async def test_a_program_s_own_token_is_what_no_browser_adds(site: Litestar) -> None:
    async with httpx.AsyncClient(transport=in_process(site), base_url=ORIGIN) as program:
        for value, foreign in (("Bearer x", False), ("Bearer ", True), ("Basic eDp5", True)):
            headers = {"authorization": value, "sec-fetch-site": "cross-site"}
            answer = await program.delete("/api/v1/session", headers=headers)
            assert is_foreign(answer) is foreign, value
