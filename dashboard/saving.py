"""常用筛选: a list as somebody filtered it, kept under a name. One's own; nothing of business hangs on it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Conflict
from common.text import require_visible
from dashboard.addresses import OwnPage, own_page
from dashboard.models import SavedFilter

# The lists that can be filtered, by the name of their address.
LISTS = frozenset({"section", "projects", "ledger", "orders", "items"})
MOST = 50


def list_page(raw: object) -> OwnPage:
    """The list behind an address. Raises ValidationError for any other page."""
    page = own_page(raw)
    if page.match.url_name not in LISTS:
        raise ValidationError(_("只有列表页可以存为常用筛选。"), code="invalid")
    return page


@transaction.atomic
def save(user: User, name: str, page: OwnPage) -> SavedFilter:
    """Under a name that the user has already, the list replaces the old one."""
    require_visible(name)
    User.objects.select_for_update().get(pk=user.pk)
    own = SavedFilter.objects.visible_to(user)
    found = own.filter(name=name).first()
    if found is None and own.count() >= MOST:
        raise Conflict(_("常用筛选最多 %(n)s 个，请先删去不用的。") % {"n": MOST})
    found = found or SavedFilter(owner=user, name=name)
    found.path, found.query = page.path, page.query
    found.full_clean(exclude=["owner"])
    found.save()
    return found
