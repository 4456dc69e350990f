"""The two cookies: bound to this host and to TLS under https, plain on http://localhost."""

from dataclasses import replace

from deliberation.core.settings import Settings
from tests.site import Visitor, VisitorOf, running
from web.app import create_site


async def test_under_https_a_cookie_belongs_to_this_host_and_to_tls(settings: Settings) -> None:
    secure = replace(settings, origin="https://participer.example.org")
    async with running(create_site(secure)) as site:
        visitor = Visitor(site)
        answer = await visitor.http.post("/fr/identite", data={"email": "a@example.org"})
        await visitor.http.aclose()
    (cookie,) = answer.headers.get_list("set-cookie")
    assert cookie.startswith("__Host-browser=")
    for part in ("Secure", "HttpOnly", "Path=/", "SameSite=lax"):
        assert part in cookie
    assert "Domain" not in cookie
    assert answer.headers["strict-transport-security"].startswith("max-age=")


async def test_on_localhost_a_cookie_is_plain_and_reading_sets_none(visitor_of: VisitorOf) -> None:
    visitor: Visitor = await visitor_of(None)
    answer = await visitor.http.post("/fr/identite", data={"email": "a@example.org"})
    (cookie,) = answer.headers.get_list("set-cookie")
    assert cookie.startswith("browser=")
    assert "HttpOnly" in cookie
    assert "Secure" not in cookie
    for path in ("/fr/", "/fr/consultations", "/fr/aide", "/fr/identite"):
        stranger: Visitor = await visitor_of(None)
        assert "set-cookie" not in (await stranger.http.get(path)).headers, path
