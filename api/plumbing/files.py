"""Answers that a browser keeps as a file."""

from litestar import Response


def attachment(content: bytes, name: str, media_type: str) -> Response[bytes]:
    """A file to keep under a name."""
    return Response(
        content,
        media_type=media_type,
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )
