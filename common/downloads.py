"""Files handed out: always to be saved, never to be shown or run in the portal's name."""

from typing import IO

from django.http import FileResponse


def attachment(file: IO[bytes], name: str, content_type: str) -> FileResponse:
    """The open file as an attachment under this name (RFC 6266), kept by no cache."""
    answer = FileResponse(file, as_attachment=True, filename=name, content_type=content_type)
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
