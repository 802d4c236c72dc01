"""Whole pages known again: an ETag that moves with whatever a page is made of, and parts kept until it does.

What a page of the portal shows follows from the tables, from who asks for what on which day, and from the code. All of
it is known before any row is read (`common.changes`), so a page that the browser has already costs two short queries.
"""

import hashlib
from collections.abc import Callable, Iterable
from functools import cache, wraps
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.core.cache import caches
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from common import changes, clock
from common.rest.conditional import tags_of

View = Callable[..., HttpResponseBase]
# Long enough for a morning's meeting; a change to any table ends it sooner.
KEPT_SECONDS = 3_600
_PARTS = "*/templates/**/*.html", "templates/**/*.html", "*/**/*.py", "locale/**/*.mo", "static/**/*"


def known_again(*others: Callable[[HttpRequest], object]) -> Callable[[View], View]:
    """A page that is answered with 304 where the browser has it already. Only for what the user may still see: who
    was given an ETag was given the page, and what decides who sees it is among the tables.

    `others` say what the page shows besides that isn't in a tracked table; each keeps its answer for the request.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            state = _state_for(request)
            # A message is shown once: neither is a page with one known again, nor one without it taken for it.
            if state is None or len(get_messages(request)):
                return view(request, *args, **kwargs)
            given = tags_of(request.META.get("HTTP_IF_NONE_MATCH", ""))
            tag = _tag(request, state, others) if given else ""
            if tag and tag in given:
                found: HttpResponseBase = HttpResponseNotModified()
            else:
                found = view(request, *args, **kwargs)
            if found.status_code in (200, 304):
                # Else after the view, which may know already what `others` would have to ask for.
                found["ETag"] = tag or _tag(request, state, others)
                found["Cache-Control"] = "private, no-cache"
                patch_vary_headers(found, ["Cookie"])
            return found

        return answer

    return decorate


def kept(request: HttpRequest, name: str, *of: object, make: Callable[[], str]) -> SafeString:
    """A part of a page as it was made for this address and `of`, while no table has changed since.

    `make` gets nothing of the user but what `of` tells: the next one who asks is given the same.
    """
    state = _state_for(request)
    if state is None:
        return SafeString(make())
    said = (name, request.get_full_path(), get_language(), str(clock.today()), of, tuple(state.counters), state.moment)
    key = hashlib.blake2b(repr(said).encode(), digest_size=20).hexdigest()
    local = caches["local"]
    found = local.get(key)
    if found is None:
        found = make()
        local.set(key, found, KEPT_SECONDS)
    return SafeString(found)


def _state_for(request: HttpRequest) -> changes.State | None:
    """How the tables stood when the request began; asked once. None while somebody writes."""
    if not hasattr(request, "portal_state"):
        request.portal_state = changes.state_of(changes.tracked())  # type: ignore[attr-defined]
    return request.portal_state  # type: ignore[attr-defined, no-any-return]


def _tag(request: HttpRequest, state: changes.State, others: Iterable[Callable[[HttpRequest], object]]) -> str:
    """Keyed by the portal's secret; of this login alone, whose form token stands in the page."""
    login = (request.user.pk, request.session.session_key, request.COOKIES.get(settings.CSRF_COOKIE_NAME, ""))
    asked = (request.get_full_path(), request.headers.get("HX-Request", ""), get_language(), str(clock.today()))
    said = repr((login, asked, [each(request) for each in others], tuple(state.counters), state.moment, _build()))
    key = hashlib.sha256(settings.SECRET_KEY.encode()).digest()
    return f'"{hashlib.blake2b(said.encode(), key=key, digest_size=16).hexdigest()}"'


@cache
def _build() -> str:
    """Of the code, the templates and what they are dressed in: an upgrade makes other pages."""
    found = sorted({path for part in _PARTS for path in settings.BASE_DIR.glob(part) if ".venv" not in path.parts})
    told = [(str(p), p.stat().st_size, p.stat().st_mtime_ns) for p in found if p.is_file() and "tests" not in p.parts]
    return hashlib.sha256(repr(told).encode()).hexdigest()
