"""Short names of browsers, by which people recognise their sessions."""

from api.core.requests import AnyConnection

# The first match counts: most browsers also name their ancestors.
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
    """Browser and system, as `Firefox, Android`; empty for unknown ones."""
    said = connection.headers.get("user-agent", "")[:400]
    found = (
        next((name for mark, name in table if mark in said), "") for table in (BROWSERS, SYSTEMS)
    )
    return ", ".join(filter(None, found))
