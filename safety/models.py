"""The rows of the section's registers."""

from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock
from common.fields import FigureField
from ledgers.checks import fault, in_order, not_above, not_negative, refused, required
from ledgers.fields import optional_day, stage_of, text
from ledgers.lists import ListField
from ledgers.models import Row
from ledgers.once import meta
from safety import lists

# Casualties are counted anew for so many days after an accident; after road traffic and fire for fewer.
CASUALTY_DAYS, SHORT_CASUALTY_DAYS = timedelta(days=30), timedelta(days=7)
SHORT_KINDS = ("road", "fire")
ACCEPT_DAYS, SETTLE_DAYS, MOST_EXTENSION = timedelta(days=15), timedelta(days=60), timedelta(days=30)


class Hazard(Row):
    """隐患: found, put right by its deadline, rechecked by somebody else, struck off; at once where it was trifling."""

    class Stage(models.TextChoices):
        RECTIFYING = "rectifying", _("整改中")
        TO_RECHECK = "to_recheck", _("待复查")
        TRANSFERRED = "transferred", _("移送执法")
        CLOSED = "closed", _("已销号")

    what = text(_("隐患"), 500)
    subject = text(_("单位或场所"))
    source = ListField(lists.HAZARD_SOURCE, _("来源"))
    area = ListField(lists.FIELD, _("领域"))
    grade = ListField(lists.GRADE, _("等级"), default="general")
    on_the_spot = models.BooleanField(_("当场整改"), default=False)
    due = optional_day(_("整改期限"))
    clause = text(_("判定条款"), blank=True)
    recognised_by = text(_("认定单位"), blank=True)
    responsible = text(_("整改责任人"), 100, blank=True)
    remedy = text(_("整改措施"), 500, blank=True)
    funds = FigureField(_("整改资金（万元）"), null=True, blank=True)
    contingency = text(_("应急预案"), blank=True)
    extended_to = optional_day(_("延期至"))
    extension_approved_by = text(_("延期批准人"), 100, blank=True)
    rectified_on = optional_day(_("整改完成日"))
    rectified_by = text(_("整改人"), 100, blank=True)
    recheck = ListField(lists.RECHECK, _("复查"), blank=True)
    rechecked_on = optional_day(_("复查日"))
    rechecked_by = text(_("复查人"), 100, blank=True)
    transferred_on = optional_day(_("移送执法日"))
    closed_on = optional_day(_("销号日"))
    stage = stage_of(Stage)

    checks = (
        required(
            *("clause", "recognised_by", "responsible", "remedy", "funds", "due", "contingency"),
            said=_("重大隐患须写明判定条款、认定单位和五落实（责任、措施、资金、时限、预案）。"),
            when=lambda row: row.grade == "major",
        ),
        required("due", said=_("不是当场整改的须写明整改期限。"), when=lambda row: not row.on_the_spot),
        in_order("day", "due", "extended_to"),
        in_order("day", "rectified_on", "rechecked_on", "closed_on"),
        in_order("day", "transferred_on"),
        not_negative("funds"),
        required("extension_approved_by", said=_("延期须写明批准人。"), when="extended_to"),
        required(
            "rectified_on", "rectified_by", "rechecked_on", "rechecked_by", said=_("复查须写明。"), when="recheck"
        ),
    )
    Meta = meta(_("隐患"))

    def put_right(self) -> None:
        if self.on_the_spot:
            self.closed_on = self.closed_on or self.day

    def clean(self) -> None:
        super().clean()
        if self.recheck and self.rechecked_by.strip() == self.rectified_by.strip():
            raise fault("rechecked_by", _("复查人不能是整改人本人。"), "same_person")
        if self.closed_on and not self.on_the_spot and self.recheck != "passed":
            raise fault("closed_on", _("复查合格后才能销号。"), "not_rechecked")
        self.stage = self._stage()

    def _stage(self) -> str:
        if self.closed_on:
            return self.Stage.CLOSED
        if self.transferred_on:
            return self.Stage.TRANSFERRED
        return self.Stage.TO_RECHECK if self.rectified_on and not self.recheck else self.Stage.RECTIFYING

    @property
    def limit(self) -> date | None:
        return self.extended_to or self.due

    @property
    def is_late(self) -> bool:
        """Is it open past its deadline today?"""
        return self.stage == self.Stage.RECTIFYING and self.limit is not None and self.limit < clock.today()


class Accident(Row):
    """生产安全事故. Casualties change within 30 days (road traffic, fire: 7) and count on the accident's day."""

    what = text(_("事故"), 500)
    place = text(_("地点"), blank=True)
    kind = ListField(lists.ACCIDENT_KIND, _("类别"))
    grade = ListField(lists.ACCIDENT_GRADE, _("等级"), default="general")
    deaths = models.PositiveIntegerField(_("死亡"), default=0)
    severe = models.PositiveIntegerField(_("重伤"), default=0)
    slight = models.PositiveIntegerField(_("轻伤"), default=0)
    casualties_on = optional_day(_("伤亡截至"))
    loss = FigureField(_("直接损失（万元）"), null=True, blank=True)
    in_statistics = ListField(lists.IN_STATISTICS, _("纳入统计"), default="pending")
    recognised_by = text(_("认定单位"), blank=True)

    checks = (
        not_negative("loss"),
        required(
            "recognised_by", said=_("是否纳入统计须有认定单位。"), when=lambda row: row.in_statistics != "pending"
        ),
        in_order("day", "casualties_on"),
    )
    Meta = meta(_("事故"))

    def clean(self) -> None:
        super().clean()
        window = SHORT_CASUALTY_DAYS if self.kind in SHORT_KINDS else CASUALTY_DAYS
        if self.day and self.casualties_on and self.casualties_on > self.day + window:
            raise fault("casualties_on", _("伤亡变化只计入事故后 %(n)s 日内的。") % {"n": window.days}, "too_late")


class Equipment(Row):
    """特种设备: what the market authority's register holds, with its next inspection."""

    kind = ListField(lists.EQUIPMENT_KIND, _("设备类别"))
    certificate = text(_("使用登记证号"), 100)
    user = text(_("使用单位"))
    place = text(_("安装地点"), blank=True)
    next_inspection = models.DateField(_("下次检验日"))

    named_by = "certificate"
    Meta = meta(_("特种设备"))

    @property
    def is_late(self) -> bool:
        return self.next_inspection < clock.today()


class SharedPlant(Row):
    """一厂多租: a plant that its owner lets to several tenants, and what an inspection of it found."""

    plant = text(_("厂房"))
    owner = text(_("业主"))
    tenants = models.PositiveIntegerField(_("承租户数"))
    tenant_names = text(_("承租单位"), 500, blank=True)
    problems = models.PositiveIntegerField(_("发现问题"), default=0)
    settled = models.PositiveIntegerField(_("已整改"), default=0)
    finding = text(_("检查情况"), 500, blank=True)

    checks = (
        refused("tenants", _("一厂多租至少有两户承租。"), "too_few", when=lambda row: row.tenants in (0, 1)),
        not_above("settled", "problems"),
    )
    Meta = meta(_("一厂多租"))

    @property
    def is_late(self) -> bool:
        return self.settled < self.problems


class Dispute(Row):
    """信访与纠纷: accepted within 15 days, settled within 60 (30 more at most), with a leader in charge."""

    what = text(_("诉求"), 500)
    petitioner = text(_("信访人"), 100)
    kind = ListField(lists.DISPUTE_KIND, _("类别"))
    leader = text(_("包案领导"), 100, blank=True)
    accepted_on = optional_day(_("受理日"))
    extended_days = models.PositiveSmallIntegerField(_("延长天数"), default=0)
    settled_on = optional_day(_("办结日"))
    result = ListField(lists.DISPUTE_RESULT, _("结果"), blank=True)

    deadline = ("limit", "settled_on")
    checks = (
        in_order("day", "accepted_on", "settled_on"),
        required("leader", said=_("越级访和积案须有包案领导。"), when=lambda row: row.kind in ("bypassing", "old")),
        required("accepted_on", "result", said=_("办结须写明。"), when="settled_on"),
    )
    Meta = meta(_("信访与纠纷"))

    def clean(self) -> None:
        super().clean()
        if self.extended_days is not None and self.extended_days > MOST_EXTENSION.days:
            raise fault("extended_days", _("延长不超过 %(n)s 日。") % {"n": MOST_EXTENSION.days}, "too_long")

    @property
    def limit(self) -> date:
        """The day by which it must be accepted, then settled."""
        if self.accepted_on is None:
            return self.day + ACCEPT_DAYS
        return self.accepted_on + SETTLE_DAYS + timedelta(days=self.extended_days)
