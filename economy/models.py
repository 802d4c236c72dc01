"""The rows of the section's registers."""

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock
from common.fields import FigureField
from economy import lists
from ledgers.checks import fault, in_order, later, not_above, not_negative, required, together, within
from ledgers.credit import CreditCodeField
from ledgers.fields import optional_day, stage_of, text
from ledgers.lists import ListField
from ledgers.models import Row, Staged
from ledgers.once import meta, once

# 亩均论英雄 is of the last decade; what is sown, built or grown has its limits.
FIRST_RATING = 2006
LEAST_MU, MOST_MU, MOST_AREA, MOST_YIELD = Decimal("0.01"), 100_000, 10_000_000, 1_500
SMALL_TO_REGULATED, BELOW_TO_ABOVE = "small_to_regulated", "below_to_above"
NO_TRADE = ("industry", "construction", "farming")


class OfFirm(Row):
    """Of a firm, by its code; the name as it was called then."""

    named_by = "firm"
    credit_code = CreditCodeField(_("统一社会信用代码"))
    firm = text(_("企业名称"))

    class Meta(Row.Meta):
        abstract = True


class Enterprise(OfFirm):
    """企业: a firm of the subdistrict. When it was 在库 and how its land is rated say registers of their own."""

    park = text(_("园区"), 100, blank=True)
    sector = ListField(lists.SECTOR, _("行业"))
    business = text(_("主营业务"), blank=True)
    status = ListField(lists.FIRM_STATE, _("经营状态"), default="operating")

    Meta = meta(_("企业"), once("credit_code", said=_("这家企业已经登记过。")))


class LibraryStay(OfFirm):
    """在库: from the month in which a firm entered the statistics' library to that in which it left; one
    that returns has another row, one without an open row is 未入库."""

    category = ListField(lists.LIBRARY, _("在库类别"))
    left_on = optional_day(_("退库年月"))
    reason = text(_("退库原因"), blank=True)

    checks = (in_order("day", "left_on"), later("left_on", "day", said=_("退库应晚于入库的月份。")))
    Meta = meta(
        _("在库"),
        once("credit_code", named="open", said=_("这家企业仍在库，先登记退库年月。"), left_on=None),
        once("credit_code", "day", said=_("这家企业这个月的入库已经登记过。")),
    )

    def put_right(self) -> None:
        self.day = self.day and self.day.replace(day=1)
        self.left_on = self.left_on and self.left_on.replace(day=1)


class LandRating(OfFirm):
    """亩均评价: the grade of a firm's land in one year."""

    year = models.PositiveSmallIntegerField(_("评价年度"))
    grade = ListField(lists.RATING, _("亩均评价"))

    checks = (within("year", least=FIRST_RATING, most=lambda row: clock.today().year),)
    Meta = meta(_("亩均评价"), once("credit_code", "year", said=_("这家企业这一年度的评价已经登记过。")))


class Recognition(OfFirm):
    """认定: a title that a firm was given, until it ends or is revoked; a renewed one is no new firm."""

    kind = ListField(lists.RECOGNITION, _("认定类别"))
    sector = ListField(lists.SECTOR, _("行业"))
    department = text(_("认定部门"), 100)
    document = text(_("批次文号"), 100, blank=True)
    is_renewal = models.BooleanField(_("复核"), default=False)
    valid_until = optional_day(_("有效期至"))
    revoked_on = optional_day(_("撤销日"))

    checks = (in_order("day", "valid_until"), in_order("day", "revoked_on"))
    Meta = meta(
        _("认定"),
        once(
            "credit_code",
            "kind",
            said=_("这家企业的这项认定已经登记过；期满再认定的是复核。"),
            is_renewal=False,
            revoked_on=None,
        ),
    )

    def clean(self) -> None:
        super().clean()
        if self.kind == SMALL_TO_REGULATED and self.sector != "industry":
            raise fault("sector", _("“小升规”只指工业企业。"), "invalid")
        if self.kind == BELOW_TO_ABOVE and self.sector in NO_TRADE:
            raise fault("sector", _("“下升上”指商贸服务业，不含工业。"), "invalid")


class Clearance(Row):
    """低小散污出清: listed, dealt with, accepted; and taken back on the day when it is found at work again (回潮)."""

    firm = text(_("企业或作坊"))
    credit_code = CreditCodeField(_("统一社会信用代码"), blank=True)
    place = text(_("地点"), blank=True)
    disposition = ListField(lists.DISPOSITION, _("处置"))
    accepted_on = optional_day(_("验收日"))
    relapsed_on = optional_day(_("回潮日"))

    checks = (
        in_order("day", "accepted_on", "relapsed_on"),
        required("accepted_on", said=_("先验收，才会回潮。"), when="relapsed_on"),
    )
    Meta = meta(_("低小散污出清"), once("unit", "firm", said=_("这家已在出清名单上。"), relapsed_on=None))


class Project(Staged):
    """招商项目: talks, then dated stages of which some may be passed over, until it produces or is given up."""

    class Stage(models.TextChoices):
        TALKS = "talks", _("在谈")
        SIGNED = "signed", _("签约")
        SETTLED = "settled", _("落地")
        LAND = "land", _("供地")
        STARTED = "started", _("开工")
        PRODUCING = "producing", _("投产")
        ENDED = "ended", _("终止")

    what = text(_("项目名称"))
    investor = text(_("投资方"))
    total = FigureField(_("总投资（万元）"))
    paid_in = FigureField(_("到位资金（万元）"), default=Decimal(0))
    signed_on = optional_day(_("签约日"))
    settled_on = optional_day(_("落地日"))
    land_on = optional_day(_("供地日"))
    started_on = optional_day(_("开工日"))
    producing_on = optional_day(_("投产日"))
    ended_on = optional_day(_("终止日"))
    stage = stage_of(Stage, _("阶段"))

    days = ("day", "signed_on", "settled_on", "land_on", "started_on", "producing_on", "ended_on")
    checks = (in_order(*days), not_negative("total", "paid_in"), not_above("paid_in", "total"))
    Meta = meta(_("招商项目"), once("unit", "what", said=_("这个项目已经登记过。"), ended_on=None))


class Reuse(Row):
    """盘活: idle land, poorly used land or an idle plant put to use."""

    place = text(_("地块或厂房"))
    kind = ListField(lists.SPACE, _("盘活对象"))
    area = FigureField(_("面积（㎡）"))
    owner = text(_("权属"), 100, blank=True)
    way = ListField(lists.REUSE, _("盘活方式"))
    user = text(_("使用单位"), blank=True)
    in_use_on = optional_day(_("投用日"))

    checks = (in_order("day", "in_use_on"), within("area", least=1, most=MOST_AREA))
    Meta = meta(_("盘活"))


class Grain(Row):
    """粮食: what a village harvested in a season of a year."""

    season = ListField(lists.SEASON, _("季别"))
    mu = FigureField(_("面积（亩）"))
    per_mu = FigureField(_("亩产（公斤）"))
    basis = ListField(lists.GRAIN_BASIS, _("依据"), default="reported")
    year = models.PositiveSmallIntegerField(_("年度"), editable=False)
    tonnes = FigureField(_("产量（吨）"), editable=False)

    checks = (within("mu", least=0, most=MOST_MU), within("per_mu", least=0, most=MOST_YIELD))
    Meta = meta(_("粮食"), once("unit", "season", "year", said=_("这个村这一季的产量已经登记过，请改那一条。")))

    def clean(self) -> None:
        super().clean()
        if self.day:
            self.year = self.day.year
        if self.mu is not None and self.per_mu is not None:
            self.tonnes = (self.mu * self.per_mu / 1000).quantize(Decimal("0.0001"), ROUND_HALF_UP)


class GrainZone(Row):
    """粮食生产功能区: an area under somebody's care, from a day through another."""

    zone = text(_("片区编号"), 50)
    mu = FigureField(_("面积（亩）"))
    keeper = text(_("管护人"), 100)
    cared_until = optional_day(_("管护止"))
    # The first day without care: the last one still counts.
    ended_on = models.DateField(null=True, editable=False)

    checks = (within("mu", least=LEAST_MU, most=MOST_MU), in_order("day", "cared_until"))
    Meta = meta(
        _("粮食生产功能区"),
        once("zone", named="open", said=_("这个片区已有人管护，先登记管护止。"), cared_until=None),
        once("zone", "day", said=_("这个片区这一天起的管护已经登记过。")),
    )

    def clean(self) -> None:
        super().clean()
        self.ended_on = self.cared_until and self.cared_until + timedelta(days=1)


class FarmlandPatch(Row):
    """耕地图斑: farmland found built on or planted with something else, until it is put right and struck off."""

    patch = text(_("图斑编号"), 50)
    place = text(_("位置"), blank=True)
    source = ListField(lists.PATCH_SOURCE, _("来源"))
    kind = ListField(lists.PATCH_KIND, _("类型"))
    mu = FigureField(_("面积（亩）"))
    disposal = ListField(lists.PATCH_DISPOSAL, _("处置"), blank=True)
    closed_on = optional_day(_("销号日"))

    checks = (
        within("mu", least=LEAST_MU, most=MOST_MU),
        in_order("day", "closed_on"),
        required("disposal", said=_("销号须写明处置。"), when="closed_on"),
    )
    Meta = meta(_("耕地图斑"), once("patch", said=_("这个图斑已经登记过。")))


class Talent(Row):
    """人才: who came to work for which employer, for good or by arrangement."""

    person = text(_("姓名"), 100)
    kind = ListField(lists.TALENT, _("人才类别"))
    level = ListField(lists.TALENT_LEVEL, _("层级"))
    employment = ListField(lists.EMPLOYMENT, _("用人方式"), default="full_time")
    employer = text(_("用人单位"))

    Meta = meta(_("人才"))


class FirmRequest(Row):
    """企业诉求: what a firm asks of the officials who look after it (驻企五大员), answered by its deadline."""

    class Stage(models.TextChoices):
        OPEN = "open", _("办理中")
        ESCALATED = "escalated", _("已提请上级")
        ANSWERED = "answered", _("已办结")

    firm = text(_("企业名称"))
    credit_code = CreditCodeField(_("统一社会信用代码"), blank=True)
    what = text(_("诉求"), 500)
    kind = ListField(lists.REQUEST, _("诉求类别"))
    officer = text(_("驻企员"), 100, blank=True)
    due = models.DateField(_("办理期限"))
    result = ListField(lists.REQUEST_RESULT, _("结果"), blank=True)
    answered_on = optional_day(_("办结日"))
    stage = stage_of(Stage)

    named_by = "what"
    deadline = ("due", "answered_on")
    checks = (
        in_order("day", "due"),
        in_order("day", "answered_on"),
        together("result", "answered_on", said=_("办结须写明结果和日期。")),
    )
    Meta = meta(_("企业诉求"))

    def clean(self) -> None:
        super().clean()
        ended = self.Stage.ESCALATED if self.result == "escalated" else self.Stage.ANSWERED
        self.stage = ended if self.answered_on else self.Stage.OPEN
