"""The site's own files: kept for a year by their content, and served beside another version."""

import re
from typing import Any

from web.shell.assets import address, assets


async def test_f28_a_page_of_another_version_gets_todays_file_for_a_minute(visitor_of: Any) -> None:
    visitor = await visitor_of(None)
    own = await visitor.http.get(address("site.css"))
    assert own.headers["cache-control"] == "public, max-age=31536000, immutable"
    of_before = re.sub(r"\.[0-9a-f]{8}\.", ".00000000.", address("site.css"))
    answer = await visitor.http.get(of_before)
    assert (answer.status_code, answer.content) == (200, own.content)
    assert answer.headers["cache-control"] == "public, max-age=60"
    for name in ("site.css", "other.00000000.css", "site.0000000.css"):
        assert (await visitor.http.get(f"/static/{name}")).status_code == 404, name
    assert of_before.removeprefix("/static/") not in assets()
