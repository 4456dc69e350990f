"""Security headers of every response: nothing from other sites, no inline script, no framing."""

from functools import lru_cache

from litestar.types import Message, Scope

REPORTS = "/rapports"  # where browsers report what the policy blocked
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; report-to site; frame-ancestors {ancestors}"
)
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "reporting-endpoints": f'site="{REPORTS}"',
    "permissions-policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
}


async def add_headers(message: Message, scope: Scope) -> None:
    """Set the content security policy of a response, and who may frame it (by default nobody)."""
    if message["type"] != "http.response.start":
        return
    secure = scope["app"].state.app.settings.secure
    wanted = _headers(scope.get("frame_ancestors"), secure=secure)
    said = {name.lower() for name, _ in message["headers"]}
    message["headers"] = [*message["headers"], *(one for one in wanted if one[0] not in said)]


@lru_cache
def _headers(ancestors: str | None, *, secure: bool) -> list[tuple[bytes, bytes]]:
    """The headers of pages that `ancestors` may frame."""
    policy = POLICY.format(ancestors=ancestors or "'none'")
    wanted = {**HEADERS, "content-security-policy": policy}
    if ancestors is not None:  # a page that isolates itself may still show the frame
        wanted["cross-origin-resource-policy"] = "cross-origin"
    else:
        wanted["x-frame-options"] = "DENY"
    if secure:
        wanted["strict-transport-security"] = "max-age=31536000; includeSubDomains"
    return [(name.encode(), value.encode()) for name, value in wanted.items()]
