"""Page or fragment: one template each, and one place that decides."""

from django.http import HttpRequest


def page_or_fragment(request: HttpRequest, page: str, fragment: str) -> str:
    """The fragment for a swap by HTMX; the page for a visit, a boosted link and a restored history entry."""
    htmx = getattr(request, "htmx", None)
    swaps = bool(htmx) and not htmx.boosted and not htmx.history_restore_request  # type: ignore[union-attr]
    return fragment if swaps else page


def asked_by_script(request: HttpRequest) -> bool:
    """Does a script of the page ask (HTMX, or `fetch` for JSON)? It can't use a page in place of its answer."""
    return request.headers.get("HX-Request") == "true" or "application/json" in request.headers.get("Accept", "")
