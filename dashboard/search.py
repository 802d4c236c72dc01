"""Finding: everything whose name, code, quote, office or initials hold the words, as far as the user may see it."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.manual import GUIDES, TERMS
from accounts.models import Unit, User
from accounts.permissions import Access
from common.pinyin import initials_of
from common.text import CleanText
from goals.models import Indicator, Plan, Target
from goals.permissions import plans_anywhere
from ledgers.registry import all_ledgers
from projects.models import Project
from supervision.models import Order

LONGEST, MOST_WORDS = 100, 5
# The language of the sources, in which people speak of things whatever they read.
SOURCE = "zh-hans"
# How many of each kind a page shows, and a list of suggestions.
PAGE, GLANCE = 30, 4
# An order as it is spoken of: 17, 17号, 督〔2022〕17号.
_NUMBER = re.compile(r"(?:督?〔(?P<year>[0-9]{4})〕)?第?(?P<n>[0-9]{1,6})号?")
_OF_ORDERS = ("target__name", "project__name", "requirement", "lead_office__name")


@dataclass(frozen=True)
class Hit:
    """Something found: what it is called, where it is, and whose or of what it is."""

    name: str
    address: str
    about: str = ""
    quote: str = ""


@dataclass(frozen=True)
class Group:
    """What was found of one kind. `more`: were there more than are shown?"""

    name: str
    icon: str
    hits: Sequence[Hit]
    more: bool = False


def words_of(raw: object) -> list[str]:
    """The words that are looked for, all of which must be found. Raises ValidationError for what nobody types."""
    text = str(raw or "")
    if len(text) > LONGEST:
        raise ValidationError(_("搜索词过长（最多 %(n)s 字）。") % {"n": LONGEST}, code="max_length")
    CleanText(LONGEST)(text)
    return text.split()[:MOST_WORDS]


def find(words: Sequence[str], user: User, plan: Plan | None, most: int = PAGE) -> list[Group]:
    """Grouped by kind, each in its own order; a fixed number of queries. Nothing is found by no words."""
    if not words:
        return []
    access = Access.of(user)
    kinds: list[Callable[[], Group]] = []
    if access.sees_business:
        kinds = [
            lambda: _targets(words, user, most),
            lambda: _projects(words, user, most),
            lambda: _indicators(words, user, most),
            lambda: _orders(words, user, most),
            lambda: _registers(words, most),
            lambda: _offices(words, access, plan, most),
        ]
    groups = [make() for make in [*kinds, lambda: _help(words, most)]]
    return [group for group in groups if group.hits]


def _holding(words: Iterable[str], columns: Sequence[str], initials: Sequence[str]) -> Q:
    """Each word in one of the columns, or among the initials where it is typed in letters."""
    wanted = Q()
    for word in words:
        either = Q()
        for column in columns:
            either |= Q(**{f"{column}__icontains": word})
        if word.isascii() and word.isalnum():
            for column in initials:
                either |= Q(**{f"{column}__contains": word.lower()})
        wanted &= either
    return wanted


def _group(name: str, icon: str, rows: "QuerySet[Any]", make: Callable[[Any], Hit | None], most: int) -> Group:
    hits = [hit for row in rows[: most + 1] if (hit := make(row)) is not None]
    return Group(name, icon, hits[:most], len(hits) > most)


def _targets(words: Sequence[str], user: User, most: int) -> Group:
    columns = ("name", "code", "quote", "lead_office__name", "indicator__name", "theme__name")
    rows = (
        Target.objects.visible_to(user)
        .filter(_holding(words, columns, ("initials", "lead_office__initials")))
        .select_related("plan", "theme__section", "lead_office")
        .only("name", "quote", "plan__year", "theme__section__name", "lead_office__name")
        .order_by("-plan__year", "theme__section__order", "theme__order", "order", "code")
    )
    return _group(_("指标目标"), "target-arrow", rows, lambda t: _item(t, "target", words), most)


def _projects(words: Sequence[str], user: User, most: int) -> Group:
    columns = ("name", "code", "quote", "places", "lead_office__name", "theme__name")
    rows = (
        Project.objects.visible_to(user)
        .filter(_holding(words, columns, ("initials", "lead_office__initials")))
        .select_related("plan", "theme__section", "lead_office")
        .only("name", "quote", "plan__year", "theme__section__name", "lead_office__name")
        .order_by("-plan__year", "theme__section__order", "theme__order", "order", "code")
    )
    return _group(_("项目"), "road", rows, lambda p: _item(p, "project", words), most)


def _item(item: Any, view: str, words: Sequence[str]) -> Hit:
    about = f"{item.plan.year} · {item.theme.section.name} · {item.lead_office or '—'}"
    quoted = any(word.lower() in item.quote.lower() for word in words)
    return Hit(item.name, reverse(view, args=[item.pk]), about, item.quote if quoted else "")


def _indicators(words: Sequence[str], user: User, most: int) -> Group:
    """Each by its newest target's page; planners get to the definition of those that no plan promises."""
    may_edit = plans_anywhere(Access.of(user))
    newest = Target.objects.visible_to(user).order_by("indicator", "-plan__year").values_list("indicator", "pk")
    rows = Indicator.objects.filter(_holding(words, ("name", "code", "definition"), ("initials",))).order_by("code")
    if not may_edit:
        rows = rows.filter(targets__in=Target.objects.visible_to(user)).distinct()
    found = list(rows.only("code", "name", "unit_of_measure")[: most + 1])
    pages: dict[int, int] = {}
    for indicator, target in newest.filter(indicator__in=[row.pk for row in found]):
        pages.setdefault(indicator, target)
    hits = [
        Hit(
            row.name,
            reverse("target", args=[pages[row.pk]]) if row.pk in pages else reverse("edit-indicator", args=[row.code]),
            f"{row.code} · {row.unit_of_measure}",
        )
        for row in found
    ]
    return Group(_("指标口径"), "calculator", hits[:most], len(hits) > most)


def _orders(words: Sequence[str], user: User, most: int) -> Group:
    wanted = Q()
    for word in words:
        either = _holding([word], _OF_ORDERS, ("target__initials", "project__initials"))
        number = _NUMBER.fullmatch(word)
        if number:
            either |= Q(number=int(number["n"]), **({"plan__year": int(number["year"])} if number["year"] else {}))
        wanted &= either
    rows = (
        Order.objects.visible_to(user)
        .filter(wanted)
        .select_related("plan", "target", "project", "lead_office")
        .order_by("-pk")
    )
    return _group(_("督办单"), "gavel", rows, _order, most)


def _order(order: Order) -> Hit:
    about = f"{order.item} · {order.lead_office} · {order.get_state_display()}"
    return Hit(order.reference, reverse("order", args=[order.pk]), about)


def _registers(words: Sequence[str], most: int) -> Group:
    hits = [
        Hit(str(ledger.name), ledger.address, ledger.key)
        for ledger in all_ledgers()
        if _said(words, ledger.name, ledger.key)
    ]
    return Group(_("台账"), "stack-2", hits[:most], len(hits) > most)


def _offices(words: Sequence[str], access: Access, plan: Plan | None, most: int) -> Group:
    """Each by what it leads in the current plan; planners, who may have none yet, by its own page."""
    rows = Unit.objects.filter(access.visible_units()).filter(_holding(words, ("name", "code"), ("initials",)))

    def hit(unit: Unit) -> Hit | None:
        if plan is not None:
            address = f"{reverse('items', args=[plan.slug])}?office={unit.code}"
        elif plans_anywhere(access):
            address = reverse("edit-unit", args=[unit.code])
        else:
            return None
        return Hit(unit.name, address, unit.get_kind_display())

    return _group(_("单位"), "building-community", rows.order_by("path"), hit, most)


def _help(words: Sequence[str], most: int) -> Group:
    """Steps of the manual and what its terms mean."""
    hits = []
    for guide in GUIDES:
        address = reverse("help-role", args=[guide.role])
        for step in guide.steps:
            if _said(words, step.title, step.text):
                hits.append(Hit(str(step.title), address, str(guide.role.label), str(step.text)))
    for term, meaning in TERMS:
        if _said(words, term, meaning):
            hits.append(Hit(str(term), reverse("help"), _("名词解释"), str(meaning)))
    return Group(_("帮助"), "info-circle", hits[:most], len(hits) > most)


def _said(words: Sequence[str], title: object, text: object) -> bool:
    """Every word in the title or the text, or among the title's initials: in Chinese, and as the reader reads it."""
    with override(SOURCE):
        chinese = str(title)
        both = f"{chinese} {text}".lower()
    both += f" {title} {text}".lower()
    initials = initials_of(chinese)
    return all(w.lower() in both or (w.isascii() and w.isalnum() and w.lower() in initials) for w in words)
