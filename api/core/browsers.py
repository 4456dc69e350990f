"""What people call the browser they sign in with: enough to recognise it, and no more."""

from api.core.requests import AnyConnection

# The first that is found: most browsers also name those they descend from.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrom", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def called(connection: AnyConnection) -> str:
    """`Firefox, Android`; empty for what is not known."""
    said = connection.headers.get("user-agent", "")[:400]
    found = (
        next((name for mark, name in table if mark in said), "") for table in (BROWSERS, SYSTEMS)
    )
    return ", ".join(filter(None, found))
