"""Addresses of the portal's own pages, as people hand them back: checked, never followed blindly."""

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import unquote, urlencode

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.translation import gettext_lazy as _

from common.dates import parse_date
from dashboard.models import LONGEST_ADDRESS

# What belongs to one visit, not to the page: its number in a list, a download, a form's own.
_OF_THE_VISIT = ("page", "pick", "download", "csrfmiddlewaretoken")
_ODD = re.compile(r"[\\\x00-\x20\x7f-\x9f]")
# Pages of machines have nothing that a person could be shown.
_NO_PAGES = ("/api/", "/admin/", "/static/")


@dataclass(frozen=True)
class OwnPage:
    """A page of the portal: its path, the view behind it, and what was asked of it."""

    path: str
    query: str
    match: ResolverMatch

    @property
    def address(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def as_of(self) -> date | None:
        """The day that the address names, if it names one."""
        try:
            return parse_date(QueryDict(self.query).get("as_of", ""))
        except ValidationError:
            return None


def own_page(raw: object) -> OwnPage:
    """The page behind an address of this host. Raises ValidationError for anything else."""
    text = raw if isinstance(raw, str) else ""
    path, _mark, query = text.partition("#")[0].partition("?")
    plain = unquote(path)
    is_odd = _ODD.search(text) or _ODD.search(plain) or not path.startswith("/") or plain.startswith(("//", *_NO_PAGES))
    if is_odd or len(text) > LONGEST_ADDRESS:
        raise ValidationError(_("不是本平台的页面地址。"), code="invalid")
    try:
        match = resolve(plain)
    except Resolver404 as error:
        raise ValidationError(_("没有这个页面。"), code="invalid") from error
    kept = [(name, value) for name, value in QueryDict(query).items() if value and name not in _OF_THE_VISIT]
    page = OwnPage(path, urlencode(kept), match)
    if len(page.address) > LONGEST_ADDRESS:
        raise ValidationError(_("页面地址过长。"), code="max_length")
    return page
