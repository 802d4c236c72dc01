"""督办: an order on a target or a work that lags, every step taken on it, and what the portal proposes."""

from datetime import date
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Count, F, Q, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Post, Role, Unit, User
from accounts.permissions import Access
from common.records import Record
from common.text import CleanText
from goals.models import Plan, Target
from goals.models.progress import Status
from projects.models import Project

ONE_ITEM = Q(target__isnull=False, project=None) | Q(target=None, project__isnull=False)


class Grade(models.TextChoices):
    REMINDER = "reminder", _("提醒")
    ORDER = "order", _("督办")
    LISTED = "listed", _("挂牌")


class State(models.TextChoices):
    """Where an order stands, named by what was done last."""

    DRAFT = "draft", _("拟办")
    ISSUED = "issued", _("待签收")
    SIGNED = "signed", _("办理中")
    APPLIED = "applied", _("待核验")
    VERIFIED = "verified", _("待销号")
    CLOSED = "closed", _("已销号")
    WITHDRAWN = "withdrawn", _("已撤回")


# Over and done with; what isn't keeps its item from getting another.
ENDED = (State.CLOSED, State.WITHDRAWN)
IN_FORCE = (State.ISSUED, State.SIGNED, State.APPLIED, State.VERIFIED)
UNANSWERED = (State.ISSUED, State.SIGNED)


class OrderQuerySet(models.QuerySet["Order"]):
    def visible_to(self, user: User) -> Self:
        """What was issued is seen by all who see the plan, what wasn't by those who prepare and issue."""
        access = Access.of(user)
        prepares = access.visible_units("plan__unit", {Role.LEADER, Role.PLANNER})
        return self.filter(access.visible_units("plan__unit"), Q(number__isnull=False) | prepares)

    def open(self) -> Self:
        """One such an item."""
        return self.exclude(state__in=ENDED)

    def in_force(self) -> Self:
        return self.filter(state__in=IN_FORCE)

    def in_force_of(self, plan: Any) -> Combinable:
        """How many a plan has, as an expression for a query that is asked anyway."""
        found = self.filter(plan=plan).in_force().order_by().values("plan")
        return Coalesce(Subquery(found.annotate(count=Count("pk")).values("count")), 0)

    def late(self, day: date) -> Self:
        """Whose next step was due before the day."""
        return self.filter(state__in=IN_FORCE, next_due__lt=day)

    def on(self, thing: Target | Project) -> Self:
        return self.filter(target=thing) if isinstance(thing, Target) else self.filter(project=thing)

    def with_everything(self) -> Self:
        """All that a list, a page or an answer shows of an order."""
        return self.select_related(
            *("plan__unit", "target__theme__section", "project__theme__section", "lead_office", "responsible_post"),
            *("drafted_by", "issued_by", "issuing_post"),
        )

    def delete(self) -> Any:
        raise ValidationError(_("督办单不能删除。"))


class Order(Record):
    """督办单. `next_due` is until when the next step is in time, by the rules in `supervision.rules`."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="orders")
    target = models.ForeignKey(
        Target, models.PROTECT, null=True, blank=True, related_name="orders", verbose_name=_("目标")
    )
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="orders", verbose_name=_("项目")
    )
    number = models.PositiveIntegerField(_("文号"), null=True, blank=True, editable=False)
    grade = models.CharField(_("等级"), max_length=10, choices=Grade.choices, default=Grade.ORDER)
    requirement = models.TextField(_("办理要求"), validators=[CleanText()])
    status = models.CharField(_("签发时状态"), max_length=10, choices=Status.choices, blank=True, editable=False)
    facts = models.TextField(_("进展情况"), blank=True, editable=False)
    lead_office = models.ForeignKey(Unit, models.PROTECT, related_name="orders", verbose_name=_("主办单位"))
    responsible_post = models.ForeignKey(Post, models.PROTECT, related_name="orders", verbose_name=_("分管领导"))
    working_days = models.PositiveSmallIntegerField(
        _("工作日"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    deadline = models.DateField(_("办结期限"), null=True, blank=True)
    first_deadline = models.DateField(_("最初期限"), null=True, blank=True, editable=False)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    next_due = models.DateField(_("下一步时限"), null=True, blank=True, editable=False)
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    issuing_post = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="+")
    issued_on = models.DateField(_("签发日"), null=True, blank=True)
    signed_on = models.DateField(_("签收日"), null=True, blank=True)
    heard_on = models.DateField(_("最近反馈"), null=True, blank=True)
    applied_on = models.DateField(_("申请办结日"), null=True, blank=True)
    verified_on = models.DateField(_("核验日"), null=True, blank=True)
    ended_on = models.DateField(_("销号或撤回日"), null=True, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("督办单")
        verbose_name_plural = _("督办单")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=ONE_ITEM, name="order_on_one_item"),
            models.UniqueConstraint(fields=["target"], condition=~Q(state__in=ENDED), name="order_one_open_a_target"),
            models.UniqueConstraint(fields=["project"], condition=~Q(state__in=ENDED), name="order_one_open_a_project"),
            models.UniqueConstraint(fields=["plan", "number"], name="order_number_once"),
            models.CheckConstraint(
                condition=~Q(state__in=(*IN_FORCE, State.CLOSED))
                | Q(deadline__isnull=False, number__isnull=False, issued_on__isnull=False, issued_by__isnull=False),
                name="order_in_force_was_issued",
            ),
        ]
        indexes = [models.Index(fields=["plan", "state", "next_due"], name="order_by_state")]

    def __str__(self) -> str:
        return f"{self.reference} {self.item}"

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise ValidationError(_("督办单不能删除。"))

    @property
    def item(self) -> Target | Project:
        found = self.target or self.project
        assert found is not None
        return found

    @property
    def reference(self) -> str:
        """As on paper; what isn't issued has no number yet."""
        if self.number is None:
            return str(State.DRAFT.label)
        return _now("督〔%(year)s〕%(n)s号") % {"year": self.plan.year, "n": self.number}

    @property
    def is_open(self) -> bool:
        return self.state not in ENDED

    @property
    def is_in_force(self) -> bool:
        return self.state in IN_FORCE

    @property
    def was_extended(self) -> bool:
        return self.deadline != self.first_deadline

    def days_late(self, day: date) -> int:
        """How long the next step has been due; 0 in time and once the order has ended."""
        if self.next_due is None or not self.is_in_force:
            return 0
        return max((day - self.next_due).days, 0)

    def days_over(self, day: date) -> int:
        """How long after the deadline it was answered, or is still to be."""
        if self.deadline is None or self.state in (State.DRAFT, State.WITHDRAWN):
            return 0
        return max(((self.applied_on or day) - self.deadline).days, 0)


class StepQuerySet(models.QuerySet["Step"]):
    def visible_to(self, user: User) -> Self:
        """The steps of the orders that the user sees."""
        return self.filter(order__in=Order.objects.visible_to(user).order_by().values("pk"))


class Step(models.Model):
    """One step, as it was taken: who, on which day, for which post, in what words, and until when it was due."""

    class Kind(models.TextChoices):
        DRAFT = "draft", _("拟办")
        ISSUE = "issue", _("签发")
        SIGN = "sign", _("签收")
        FEEDBACK = "feedback", _("阶段反馈")
        ASK_EXTENSION = "ask_extension", _("申请延期")
        GRANT_EXTENSION = "grant_extension", _("同意延期")
        REFUSE_EXTENSION = "refuse_extension", _("不同意延期")
        APPLY = "apply", _("办结申请")
        VERIFY = "verify", _("核验")
        RETURN = "return", _("退回")
        CLOSE = "close", _("销号")
        WITHDRAW = "withdraw", _("撤回")

    order = models.ForeignKey(Order, models.PROTECT, related_name="steps")
    kind = models.CharField(_("步骤"), max_length=20, choices=Kind.choices)
    day = models.DateField(_("日期"))
    at = models.DateTimeField(_("时间"))
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="+")
    is_deputy = models.BooleanField(_("AB 岗代理"), default=False)
    text = models.TextField(_("内容"), blank=True, validators=[CleanText()])
    problem = models.TextField(_("存在问题"), blank=True, validators=[CleanText()])
    next_step = models.TextField(_("下一步措施"), blank=True, validators=[CleanText()])
    due = models.DateField(_("应办日"), null=True, blank=True)

    objects = StepQuerySet.as_manager()

    class Meta:
        verbose_name = _("督办步骤")
        verbose_name_plural = _("督办步骤")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.order_id} {self.kind} {self.day}"

    @property
    def days_late(self) -> int:
        return max((self.day - self.due).days, 0) if self.due else 0


# What is said there may be proved by files, and in which state of the order they still may come.
PROVED = {Step.Kind.FEEDBACK: State.SIGNED, Step.Kind.APPLY: State.APPLIED}
# Who did one of these has had a hand in the answer, and neither verifies nor closes.
ANSWERS = (Step.Kind.SIGN, Step.Kind.FEEDBACK, Step.Kind.APPLY)


class Extension(Record):
    """延期申请: asked before the deadline, decided by the leader. One at a time."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("待批")
        GRANTED = "granted", _("同意")
        REFUSED = "refused", _("不同意")
        LAPSED = "lapsed", _("不再需要")

    order = models.ForeignKey(Order, models.PROTECT, related_name="extensions")
    old_deadline = models.DateField(_("原期限"))
    new_deadline = models.DateField(_("申请延至"))
    reason = models.TextField(_("理由"), validators=[CleanText()])
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    requested_on = models.DateField(_("申请日"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.REQUESTED)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_on = models.DateField(_("决定日"), null=True, blank=True)
    decision = models.TextField(_("决定意见"), blank=True, validators=[CleanText()])

    class Meta:
        verbose_name = _("督办延期")
        verbose_name_plural = _("督办延期")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["order"], condition=Q(state="requested"), name="extension_one_at_a_time"),
            models.CheckConstraint(condition=Q(new_deadline__gt=F("old_deadline")), name="extension_moves_on"),
            models.CheckConstraint(condition=Q(requested_on__lte=F("old_deadline")), name="extension_asked_in_time"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.old_deadline} {self.new_deadline}"


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(Access.of(user).visible_units("plan__unit"))

    def open(self) -> Self:
        return self.filter(state=Proposal.State.OPEN)


class Proposal(Record):
    """拟办建议: made by the portal once for a spell of lagging that began in the month `since`; no order by itself."""

    class Why(models.TextChoices):
        RED = "red", _("转为落后")
        YELLOW = "yellow", _("连续两期偏慢")

    class State(models.TextChoices):
        OPEN = "open", _("待定")
        TAKEN = "taken", _("已督办")
        DISMISSED = "dismissed", _("不督办")
        LAPSED = "lapsed", _("已不落后")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="proposals")
    target = models.ForeignKey(Target, models.CASCADE, null=True, blank=True, related_name="proposals")
    project = models.ForeignKey(Project, models.CASCADE, null=True, blank=True, related_name="proposals")
    why = models.CharField(_("缘由"), max_length=10, choices=Why.choices)
    since = models.DateField(_("始于"))
    status = models.CharField(_("状态"), max_length=10, choices=Status.choices)
    proposed_on = models.DateField(_("建议日"))
    state = models.CharField(_("处理"), max_length=10, choices=State.choices, default=State.OPEN)
    order = models.ForeignKey(Order, models.PROTECT, null=True, blank=True, related_name="proposals")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_on = models.DateField(_("处理日"), null=True, blank=True)
    reason = models.TextField(_("理由"), blank=True, validators=[CleanText()])

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("督办建议")
        verbose_name_plural = _("督办建议")
        ordering = ["-proposed_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=ONE_ITEM, name="proposal_on_one_item"),
            models.UniqueConstraint(fields=["target", "why", "since"], name="proposal_once_a_target_and_spell"),
            models.UniqueConstraint(fields=["project", "why", "since"], name="proposal_once_a_project_and_spell"),
        ]
        indexes = [models.Index(fields=["plan", "state"], name="proposal_by_state")]

    def __str__(self) -> str:
        return f"{self.item} {self.why} {self.since}"

    @property
    def item(self) -> Target | Project:
        found = self.target or self.project
        assert found is not None
        return found
