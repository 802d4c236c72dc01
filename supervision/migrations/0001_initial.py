import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.text


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("goals", "0001_initial"),
        ("projects", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("number", models.PositiveIntegerField(blank=True, editable=False, null=True, verbose_name="文号")),
                (
                    "grade",
                    models.CharField(
                        choices=[("reminder", "提醒"), ("order", "督办"), ("listed", "挂牌")],
                        default="order",
                        max_length=10,
                        verbose_name="等级",
                    ),
                ),
                ("requirement", models.TextField(validators=[common.text.CleanText()], verbose_name="办理要求")),
                (
                    "status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("achieved", "已完成"),
                            ("on_track", "序时正常"),
                            ("at_risk", "进度偏慢"),
                            ("behind", "落后"),
                            ("missed", "未完成"),
                            ("no_data", "无数据"),
                        ],
                        editable=False,
                        max_length=10,
                        verbose_name="签发时状态",
                    ),
                ),
                ("facts", models.TextField(blank=True, editable=False, verbose_name="进展情况")),
                (
                    "working_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="工作日",
                    ),
                ),
                ("deadline", models.DateField(blank=True, null=True, verbose_name="办结期限")),
                ("first_deadline", models.DateField(blank=True, editable=False, null=True, verbose_name="最初期限")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "拟办"),
                            ("issued", "待签收"),
                            ("signed", "办理中"),
                            ("applied", "待核验"),
                            ("verified", "待销号"),
                            ("closed", "已销号"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("next_due", models.DateField(blank=True, editable=False, null=True, verbose_name="下一步时限")),
                ("issued_on", models.DateField(blank=True, null=True, verbose_name="签发日")),
                ("signed_on", models.DateField(blank=True, null=True, verbose_name="签收日")),
                ("heard_on", models.DateField(blank=True, null=True, verbose_name="最近反馈")),
                ("applied_on", models.DateField(blank=True, null=True, verbose_name="申请办结日")),
                ("verified_on", models.DateField(blank=True, null=True, verbose_name="核验日")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="销号或撤回日")),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "issuing_post",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.post",
                    ),
                ),
                (
                    "lead_office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="accounts.unit",
                        verbose_name="主办单位",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="orders", to="goals.plan"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="projects.project",
                        verbose_name="项目",
                    ),
                ),
                (
                    "responsible_post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="accounts.post",
                        verbose_name="分管领导",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="goals.target",
                        verbose_name="目标",
                    ),
                ),
            ],
            options={
                "verbose_name": "督办单",
                "verbose_name_plural": "督办单",
                "ordering": ["-pk"],
                "indexes": [models.Index(fields=["plan", "state", "next_due"], name="order_by_state")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("project", None), ("target__isnull", False)),
                            models.Q(("project__isnull", False), ("target", None)),
                            _connector="OR",
                        ),
                        name="order_on_one_item",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("closed", "withdrawn")), _negated=True),
                        fields=("target",),
                        name="order_one_open_a_target",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("closed", "withdrawn")), _negated=True),
                        fields=("project",),
                        name="order_one_open_a_project",
                    ),
                    models.UniqueConstraint(fields=("plan", "number"), name="order_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state__in", ("issued", "signed", "applied", "verified", "closed")), _negated=True
                            ),
                            models.Q(
                                ("deadline__isnull", False),
                                ("issued_by__isnull", False),
                                ("issued_on__isnull", False),
                                ("number__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="order_in_force_was_issued",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Extension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("old_deadline", models.DateField(verbose_name="原期限")),
                ("new_deadline", models.DateField(verbose_name="申请延至")),
                ("reason", models.TextField(validators=[common.text.CleanText()], verbose_name="理由")),
                ("requested_on", models.DateField(verbose_name="申请日")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "待批"),
                            ("granted", "同意"),
                            ("refused", "不同意"),
                            ("lapsed", "不再需要"),
                        ],
                        default="requested",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="决定日")),
                (
                    "decision",
                    models.TextField(blank=True, validators=[common.text.CleanText()], verbose_name="决定意见"),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="extensions", to="supervision.order"
                    ),
                ),
            ],
            options={
                "verbose_name": "督办延期",
                "verbose_name_plural": "督办延期",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "requested")), fields=("order",), name="extension_one_at_a_time"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("new_deadline__gt", models.F("old_deadline"))), name="extension_moves_on"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("requested_on__lte", models.F("old_deadline"))),
                        name="extension_asked_in_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                (
                    "why",
                    models.CharField(
                        choices=[("red", "转为落后"), ("yellow", "连续两期偏慢")], max_length=10, verbose_name="缘由"
                    ),
                ),
                ("since", models.DateField(verbose_name="始于")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("achieved", "已完成"),
                            ("on_track", "序时正常"),
                            ("at_risk", "进度偏慢"),
                            ("behind", "落后"),
                            ("missed", "未完成"),
                            ("no_data", "无数据"),
                        ],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("proposed_on", models.DateField(verbose_name="建议日")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "待定"),
                            ("taken", "已督办"),
                            ("dismissed", "不督办"),
                            ("lapsed", "已不落后"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="处理",
                    ),
                ),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="处理日")),
                ("reason", models.TextField(blank=True, validators=[common.text.CleanText()], verbose_name="理由")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to="supervision.order",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="proposals", to="goals.plan"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proposals",
                        to="projects.project",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proposals",
                        to="goals.target",
                    ),
                ),
            ],
            options={
                "verbose_name": "督办建议",
                "verbose_name_plural": "督办建议",
                "ordering": ["-proposed_on", "pk"],
                "indexes": [models.Index(fields=["plan", "state"], name="proposal_by_state")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("project", None), ("target__isnull", False)),
                            models.Q(("project__isnull", False), ("target", None)),
                            _connector="OR",
                        ),
                        name="proposal_on_one_item",
                    ),
                    models.UniqueConstraint(fields=("target", "why", "since"), name="proposal_once_a_target_and_spell"),
                    models.UniqueConstraint(
                        fields=("project", "why", "since"), name="proposal_once_a_project_and_spell"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("draft", "拟办"),
                            ("issue", "签发"),
                            ("sign", "签收"),
                            ("feedback", "阶段反馈"),
                            ("ask_extension", "申请延期"),
                            ("grant_extension", "同意延期"),
                            ("refuse_extension", "不同意延期"),
                            ("apply", "办结申请"),
                            ("verify", "核验"),
                            ("return", "退回"),
                            ("close", "销号"),
                            ("withdraw", "撤回"),
                        ],
                        max_length=20,
                        verbose_name="步骤",
                    ),
                ),
                ("day", models.DateField(verbose_name="日期")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("is_deputy", models.BooleanField(default=False, verbose_name="AB 岗代理")),
                ("text", models.TextField(blank=True, validators=[common.text.CleanText()], verbose_name="内容")),
                (
                    "problem",
                    models.TextField(blank=True, validators=[common.text.CleanText()], verbose_name="存在问题"),
                ),
                (
                    "next_step",
                    models.TextField(blank=True, validators=[common.text.CleanText()], verbose_name="下一步措施"),
                ),
                ("due", models.DateField(blank=True, null=True, verbose_name="应办日")),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="supervision.order"
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.post",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "督办步骤",
                "verbose_name_plural": "督办步骤",
                "ordering": ["pk"],
            },
        ),
    ]
