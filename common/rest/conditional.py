"""`ETag` and 304, `Last-Modified`, `If-Match`.

An ETag is `"<version>-<state>"` for a record, `"<state>"` for a list. The state is a digest of who asks, what is asked,
the day, the code, and of how the tables stand that the answer is made of (`common.changes`): it is known before any
row is read. While somebody writes to one of those tables an answer has no ETag, for it may be old by the time it
arrives.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.utils.http import http_date, parse_http_date_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

from common import changes, clock
from common.errors import StaleVersion

_TAG = re.compile(r'(?:W/)?"([\x21\x23-\x7e]*)"')
_VERSION = re.compile(r"([0-9]{1,9})(?:-[0-9a-f]+)?")
# A second in which something was written may see another write: it isn't over.
OVER = timedelta(seconds=2)


@dataclass(frozen=True)
class Validators:
    """What an answer is known by."""

    state: str
    moment: datetime

    def etag(self, version: int | None = None) -> str:
        return f'"{self.state}"' if version is None else f'"{version}-{self.state}"'

    def last_modified(self) -> str:
        """The second of the last change; the one before while it isn't over."""
        shown = self.moment if datetime.now(UTC) - self.moment >= OVER else self.moment - timedelta(seconds=1)
        return http_date(int(shown.timestamp()))

    def shown(self, request: Request) -> str | None:
        """Of the tags that the client has, the one that still holds."""
        tags = tags_of(request.META.get("HTTP_IF_NONE_MATCH", ""))
        return next((tag for tag in tags if tag.strip('"').rpartition("-")[2] == self.state), None)

    def hold(self, request: Request) -> bool:
        """Has the client this very answer already?"""
        return self.shown(request) is not None

    def old_enough(self, request: Request) -> bool:
        """Nothing written since the moment in `If-Modified-Since`, which counts only without `If-None-Match`? A moment
        anybody can make up: it is asked once it is known that the client may."""
        if "HTTP_IF_NONE_MATCH" in request.META:
            return False
        since = parse_http_date_safe(request.META.get("HTTP_IF_MODIFIED_SINCE", ""))
        return since is not None and int(self.moment.timestamp()) <= since


def validators(request: Request, models: Iterable[type[Model]]) -> Validators | None:
    """Of the answer to this request, which is made of these models' tables; None while they are being written.

    The digest is keyed: only who was given it has it.
    """
    state = changes.state_of(models)
    if state is None:
        return None
    who = getattr(request.user, "pk", None)
    said = (who, request.get_full_path(), request.META.get("HTTP_ACCEPT", ""), get_language(), str(clock.today()))
    digest = hashlib.blake2b(repr((said, tuple(state.counters), _code())).encode(), key=_key(), digest_size=16)
    return Validators(digest.hexdigest(), state.moment)


def tags_of(header: str) -> list[str]:
    """The tags in `If-None-Match`, in quotes, weak or not."""
    return [f'"{tag}"' for tag in _TAG.findall(header)]


def _key() -> bytes:
    return hashlib.sha256(settings.SECRET_KEY.encode()).digest()


@cache
def _code() -> str:
    """Changes with the code: what answered otherwise before an upgrade isn't the same."""
    found = sorted(p for p in settings.BASE_DIR.glob("*/**/*.py") if ".venv" not in p.parts and "tests" not in p.parts)
    return hashlib.sha256(repr([(str(p), p.stat().st_size, p.stat().st_mtime_ns) for p in found]).encode()).hexdigest()


def wanted_version(request: Request) -> int | None:
    """The version that `If-Match` names: an ETag of the record, or its version in quotes; None without one, or for `*`.

    Raises ValidationError for what is no ETag.
    """
    raw = request.META.get("HTTP_IF_MATCH")
    if raw is None or raw.strip() == "*":
        return None
    found = _VERSION.fullmatch("".join(_TAG.findall(raw)[:1]) or raw.strip())
    if found is None:
        said = _("If-Match 应为这条记录的 ETag，或加引号的版本号。")
        raise ValidationError({"If-Match": [ErrorDetail(str(said), code="invalid")]})
    return int(found[1])


def require_version(wanted: int | None, record: Any) -> None:
    """Raises StaleVersion when the record isn't any more what the client has seen."""
    if wanted is not None and record.version != wanted:
        said = _("这条记录已被他人修改，现为第 %(version)s 版，请重新读取后再改。") % {"version": record.version}
        raise StaleVersion(said)
