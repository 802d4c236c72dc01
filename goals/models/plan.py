"""The plan of one unit for one calendar year, and the headings of its document."""

from datetime import date
from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from accounts.permissions import Access
from common.records import Record, code_validator
from common.text import CleanText


class WarningProfile(Record):
    """The bands behind the colours: by rule, versioned, with the source they come from."""

    code = models.CharField(_("代码"), max_length=100, validators=[code_validator])
    edition = models.PositiveIntegerField(_("版本"), default=1)
    source = models.TextField(_("出处"), validators=[CleanText()])
    bands = models.JSONField(_("预警区间"))

    class Meta:
        verbose_name = _("预警方案")
        verbose_name_plural = _("预警方案")
        ordering = ["code", "edition"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "edition"], name="profile_once", violation_error_message=_("该预警方案已有这一版本。")
            )
        ]

    def __str__(self) -> str:
        return f"{self.code}@{self.edition}"


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, user: User) -> Self:
        """The plans of the user's own subdistrict or district."""
        return self.filter(Access.of(user).visible_units("unit"))


class Plan(Record):
    """The commitments of one unit for one calendar year."""

    class State(models.TextChoices):
        DRAFT = "draft", _("草案")
        ADOPTED = "adopted", _("已印发")
        CLOSED = "closed", _("已交账")

    slug = models.CharField(_("标识"), max_length=100, unique=True, validators=[code_validator])
    name = models.CharField(_("名称"), max_length=200, validators=[CleanText(200)])
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="plans", verbose_name=_("单位"))
    year = models.PositiveSmallIntegerField(_("年度"), validators=[MinValueValidator(2001), MaxValueValidator(2099)])
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    profile = models.ForeignKey(WarningProfile, models.PROTECT, related_name="plans", verbose_name=_("预警方案"))
    document = models.TextField(_("原文"), blank=True)
    document_url = models.URLField(_("原文网址"), max_length=500, blank=True)
    adopted_at = models.DateTimeField(_("印发时间"), null=True, blank=True)
    closed_at = models.DateTimeField(_("交账时间"), null=True, blank=True)
    # The plan of the year before, from which this draft was made.
    follows = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="followed_by", verbose_name=_("上年计划")
    )

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("年度计划")
        verbose_name_plural = _("年度计划")
        ordering = ["-year", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(year__gte=2001, year__lte=2099),
                name="plan_year_in_range",
                violation_error_message=_("年度应在 2001 至 2099 之间。"),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def start(self) -> date:
        return date(self.year, 1, 1)

    @property
    def end(self) -> date:
        return date(self.year, 12, 31)

    @property
    def is_closed(self) -> bool:
        return self.state == self.State.CLOSED

    def paragraphs(self) -> list[str]:
        """The document's lines; a quote's `paragraph` counts them from 1."""
        return self.document.split("\n")

    def require_open(self) -> None:
        """Raises ValidationError when the plan is closed: then nothing of it changes."""
        if self.is_closed:
            raise ValidationError(_("计划已年终交账，只读。"), code="closed")


class Heading(Record):
    """A heading of the source document, in its order."""

    code = models.CharField(_("代码"), max_length=100, validators=[code_validator])
    name = models.CharField(_("名称"), max_length=200, validators=[CleanText(200)])
    order = models.PositiveSmallIntegerField(_("顺序"), default=0)

    class Meta:
        abstract = True
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name


class Section(Heading):
    """One of the document's parts, such as 经济发展."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="sections")
    heading = models.CharField(_("标题原文"), max_length=500, blank=True, validators=[CleanText(500)])

    class Meta(Heading.Meta):
        verbose_name = _("板块")
        verbose_name_plural = _("板块")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "code"], name="section_code_once", violation_error_message=_("计划中已有此板块代码。")
            )
        ]


class Theme(Heading):
    """A paragraph of a section, such as 加快经济提质增效."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="themes")
    section = models.ForeignKey(Section, models.CASCADE, related_name="themes")
    paragraph = models.PositiveSmallIntegerField(_("段落"), null=True, blank=True)

    class Meta(Heading.Meta):
        verbose_name = _("主题")
        verbose_name_plural = _("主题")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "code"], name="theme_code_once", violation_error_message=_("计划中已有此主题代码。")
            )
        ]


class Programme(Heading):
    """What cuts across the sections, such as 短板提升攻坚; `group` is what it belongs to, 三大攻坚行动."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="programmes")
    group = models.CharField(_("专项"), max_length=100, blank=True, validators=[CleanText(100)])

    class Meta(Heading.Meta):
        verbose_name = _("专项行动")
        verbose_name_plural = _("专项行动")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "code"], name="programme_code_once", violation_error_message=_("计划中已有此专项代码。")
            )
        ]
