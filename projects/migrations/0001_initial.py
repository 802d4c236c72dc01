from decimal import Decimal

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.fields
import common.text


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("goals", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Project",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                (
                    "code",
                    models.CharField(
                        max_length=100,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[a-zA-Z0-9._-]{1,100}\\Z",
                                "代码只能用字母、数字和 . _ -，1 至 100 个字符。",
                                code="invalid",
                            )
                        ],
                        verbose_name="代码",
                    ),
                ),
                (
                    "name",
                    models.CharField(max_length=200, validators=[common.text.CleanText(200)], verbose_name="名称"),
                ),
                ("initials", common.fields.InitialsField()),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="顺序")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("construction", "工程建设"),
                            ("programme", "持续推进"),
                            ("campaign", "专项整治"),
                            ("event", "活动"),
                            ("institution", "机构机制"),
                            ("regulation", "规划制度"),
                        ],
                        max_length=20,
                        verbose_name="类型",
                    ),
                ),
                (
                    "tier",
                    models.CharField(
                        choices=[("headline", "重点"), ("routine", "常规")],
                        default="headline",
                        max_length=10,
                        verbose_name="层级",
                    ),
                ),
                ("open_ended", models.BooleanField(default=False, verbose_name="逐步、持续推进")),
                ("quote", models.TextField(blank=True, validators=[common.text.CleanText()], verbose_name="原文")),
                ("paragraph", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="段落")),
                (
                    "places",
                    models.CharField(
                        blank=True, max_length=500, validators=[common.text.CleanText(500)], verbose_name="地点与对象"
                    ),
                ),
                ("start", models.DateField(verbose_name="开始")),
                ("due", models.DateField(verbose_name="完成时限")),
                ("first_due", models.DateField(editable=False, verbose_name="最初时限")),
                (
                    "standard",
                    models.TextField(blank=True, validators=[common.text.CleanText()], verbose_name="完成标准"),
                ),
                (
                    "weight",
                    common.fields.FigureField(
                        default=Decimal("1"),
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="权重",
                    ),
                ),
                (
                    "blocker",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("self", "自身推进"),
                            ("district", "需区级协调"),
                            ("superior", "等待上级验收"),
                            ("funds", "资金"),
                            ("land", "征迁"),
                        ],
                        max_length=10,
                        verbose_name="卡点",
                    ),
                ),
                (
                    "blocker_note",
                    models.TextField(blank=True, validators=[common.text.CleanText()], verbose_name="卡点说明"),
                ),
                ("blocked_since", models.DateField(blank=True, editable=False, null=True, verbose_name="卡点始于")),
                ("note", models.TextField(blank=True, validators=[common.text.CleanText()], verbose_name="备注")),
                (
                    "cooperating_offices",
                    models.ManyToManyField(
                        blank=True, related_name="cooperating_projects", to="accounts.unit", verbose_name="配合单位"
                    ),
                ),
                (
                    "lead_office",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="led_projects",
                        to="accounts.unit",
                        verbose_name="牵头单位",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="projects", to="goals.plan"
                    ),
                ),
                (
                    "responsible_post",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="projects",
                        to="accounts.post",
                        verbose_name="分管领导",
                    ),
                ),
                (
                    "same_as",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="promised_again",
                        to="projects.project",
                        verbose_name="与此为同一工作",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="projects",
                        to="goals.target",
                        verbose_name="计入目标",
                    ),
                ),
                (
                    "theme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="projects",
                        to="goals.theme",
                        verbose_name="主题",
                    ),
                ),
            ],
            options={
                "verbose_name": "项目",
                "verbose_name_plural": "项目",
                "ordering": ["order", "code"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("plan", "code"),
                        name="project_code_once",
                        violation_error_message="计划中已有此项目代码。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("start__lte", models.F("due"))),
                        name="project_starts_by_due",
                        violation_error_message="开始日不能晚于完成时限。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("weight__gte", 0)),
                        name="project_weight_not_negative",
                        violation_error_message="权重不能为负。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Inspection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("day", models.DateField(verbose_name="日期")),
                (
                    "inspector",
                    models.CharField(max_length=200, validators=[common.text.CleanText(200)], verbose_name="检查人"),
                ),
                (
                    "summary",
                    models.TextField(blank=True, validators=[common.text.CleanText()], verbose_name="检查情况"),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="inspections", to="projects.project"
                    ),
                ),
            ],
            options={
                "verbose_name": "督查",
                "verbose_name_plural": "督查",
                "ordering": ["-day", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Milestone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                (
                    "name",
                    models.CharField(max_length=200, validators=[common.text.CleanText(200)], verbose_name="名称"),
                ),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="顺序")),
                (
                    "weight",
                    common.fields.FigureField(
                        default=Decimal("1"),
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="权重",
                    ),
                ),
                ("start", models.DateField(blank=True, null=True, verbose_name="计划开始")),
                ("due", models.DateField(verbose_name="完成时限")),
                ("first_due", models.DateField(editable=False, verbose_name="最初时限")),
                (
                    "standard",
                    models.CharField(
                        blank=True, max_length=500, validators=[common.text.CleanText(500)], verbose_name="完成标准"
                    ),
                ),
                ("is_default", models.BooleanField(default=False, editable=False, verbose_name="未排节点")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "待完成"),
                            ("reported", "已报完成"),
                            ("returned", "被退回"),
                            ("accepted", "已验收"),
                        ],
                        default="planned",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="完成日")),
                ("report", models.TextField(blank=True, validators=[common.text.CleanText()], verbose_name="完成情况")),
                ("reported_at", models.DateTimeField(blank=True, null=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.TextField(blank=True, validators=[common.text.CleanText()], verbose_name="退回原因")),
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
                    "depends_on",
                    models.ManyToManyField(
                        blank=True, related_name="followed_by", to="projects.milestone", verbose_name="前置节点"
                    ),
                ),
                (
                    "reported_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="milestones", to="projects.project"
                    ),
                ),
            ],
            options={
                "verbose_name": "节点",
                "verbose_name_plural": "节点",
                "ordering": ["project", "order", "due", "pk"],
                "indexes": [models.Index(fields=["due"], name="milestone_by_due")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("start", None), ("start__lte", models.F("due")), _connector="OR"),
                        name="milestone_starts_by_due",
                        violation_error_message="计划开始不能晚于完成时限。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("weight__gte", 0)),
                        name="milestone_weight_not_negative",
                        violation_error_message="权重不能为负。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_on__isnull", False), ("state", "accepted")),
                            models.Q(("state", "accepted"), _negated=True),
                            _connector="OR",
                        ),
                        name="milestone_accepted_has_day",
                        violation_error_message="已验收的节点应有完成日。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProgressNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("day", models.DateField(verbose_name="日期")),
                ("progress", models.TextField(validators=[common.text.CleanText()], verbose_name="进展情况")),
                (
                    "problem",
                    models.TextField(blank=True, validators=[common.text.CleanText()], verbose_name="存在问题"),
                ),
                (
                    "next_step",
                    models.TextField(blank=True, validators=[common.text.CleanText()], verbose_name="下一步措施"),
                ),
                (
                    "blocker",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("self", "自身推进"),
                            ("district", "需区级协调"),
                            ("superior", "等待上级验收"),
                            ("funds", "资金"),
                            ("land", "征迁"),
                        ],
                        max_length=10,
                        verbose_name="卡点",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="projects.project"
                    ),
                ),
            ],
            options={
                "verbose_name": "进展说明",
                "verbose_name_plural": "进展说明",
                "ordering": ["-day", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("budget", "预算"),
                            ("received", "到位"),
                            ("contract", "合同价"),
                            ("change", "合同变更"),
                            ("paid", "支付"),
                            ("settled", "审定价"),
                            ("retained", "质保金"),
                        ],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                ("day", models.DateField(verbose_name="日期")),
                ("amount", common.fields.FigureField(verbose_name="金额（万元）")),
                (
                    "source",
                    models.CharField(
                        blank=True,
                        max_length=200,
                        validators=[common.text.CleanText(200)],
                        verbose_name="资金来源或合同方",
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        blank=True, max_length=100, validators=[common.text.CleanText(100)], verbose_name="文号或合同号"
                    ),
                ),
                (
                    "note",
                    models.CharField(
                        blank=True, max_length=500, validators=[common.text.CleanText(500)], verbose_name="说明"
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="payments", to="projects.project"
                    ),
                ),
            ],
            options={
                "verbose_name": "资金",
                "verbose_name_plural": "资金",
                "ordering": ["day", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Confirmation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("period", models.DateField(verbose_name="半年末")),
                (
                    "word",
                    models.CharField(
                        choices=[
                            ("going_on", "正常推进"),
                            ("done", "已完成"),
                            ("stuck", "有困难"),
                            ("not_begun", "未启动"),
                        ],
                        max_length=10,
                        verbose_name="情况",
                    ),
                ),
                (
                    "note",
                    models.CharField(
                        blank=True, max_length=500, validators=[common.text.CleanText(500)], verbose_name="说明"
                    ),
                ),
                ("confirmed_on", models.DateField(verbose_name="确认日")),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="confirmations", to="projects.project"
                    ),
                ),
            ],
            options={
                "verbose_name": "半年确认",
                "verbose_name_plural": "半年确认",
                "ordering": ["period", "project"],
                "constraints": [models.UniqueConstraint(fields=("project", "period"), name="confirmation_once_a_half")],
            },
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("text", models.TextField(validators=[common.text.CleanText(2000)], verbose_name="批注")),
                ("written_at", models.DateTimeField(verbose_name="时间")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="撤回时间")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("mentions", models.ManyToManyField(blank=True, related_name="+", to=settings.AUTH_USER_MODEL)),
                (
                    "target",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="comments",
                        to="goals.target",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="comments",
                        to="projects.project",
                    ),
                ),
            ],
            options={
                "verbose_name": "批注",
                "verbose_name_plural": "批注",
                "ordering": ["written_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("project", None), ("target__isnull", False)),
                            models.Q(("project__isnull", False), ("target", None)),
                            _connector="OR",
                        ),
                        name="comment_on_one_thing",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Acceptance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("day", models.DateField(verbose_name="验收日")),
                (
                    "result",
                    models.CharField(
                        choices=[("passed", "合格"), ("failed", "不合格")], max_length=10, verbose_name="结论"
                    ),
                ),
                (
                    "body",
                    models.CharField(max_length=200, validators=[common.text.CleanText(200)], verbose_name="验收单位"),
                ),
                (
                    "number",
                    models.CharField(
                        blank=True, max_length=100, validators=[common.text.CleanText(100)], verbose_name="文号"
                    ),
                ),
                (
                    "opinion",
                    models.TextField(blank=True, validators=[common.text.CleanText()], verbose_name="验收意见"),
                ),
                (
                    "accepted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="acceptances", to="projects.project"
                    ),
                ),
            ],
            options={
                "verbose_name": "验收",
                "verbose_name_plural": "验收",
                "ordering": ["day", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ProjectProgramme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("suggested", models.BooleanField(default=False, verbose_name="建议")),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="project_memberships",
                        to="goals.programme",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="memberships", to="projects.project"
                    ),
                ),
            ],
            options={
                "verbose_name": "项目专项挂接",
                "verbose_name_plural": "项目专项挂接",
                "constraints": [
                    models.UniqueConstraint(fields=("project", "programme"), name="project_programme_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ProjectProgress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slot", models.PositiveSmallIntegerField()),
                ("as_of", models.DateField(verbose_name="时点")),
                ("data_period", models.DateField(null=True, verbose_name="数据截至")),
                ("actual", models.DecimalField(decimal_places=6, max_digits=40, null=True, verbose_name="实际")),
                ("expected", models.DecimalField(decimal_places=6, max_digits=40, null=True, verbose_name="序时应到")),
                ("attainment", models.DecimalField(decimal_places=6, max_digits=40, null=True, verbose_name="完成率")),
                ("gap", models.DecimalField(decimal_places=6, max_digits=40, null=True, verbose_name="差距")),
                ("deviation", models.DecimalField(decimal_places=6, max_digits=40, null=True, verbose_name="偏差")),
                ("met", models.BooleanField(null=True)),
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
                ("reason", models.CharField(blank=True, max_length=20, verbose_name="原因")),
                ("stale", models.BooleanField(default=False, verbose_name="应报未报")),
                ("forecast", models.DecimalField(decimal_places=6, max_digits=40, null=True, verbose_name="预计")),
                ("catch_up", models.DecimalField(decimal_places=6, max_digits=40, null=True, verbose_name="追赶所需")),
                ("units_reported", models.PositiveIntegerField(null=True)),
                ("units_expected", models.PositiveIntegerField(null=True)),
                (
                    "completion",
                    models.DecimalField(decimal_places=6, max_digits=40, null=True, verbose_name="计入综合完成率"),
                ),
                (
                    "expected_completion",
                    models.DecimalField(decimal_places=6, max_digits=40, null=True, verbose_name="计入序时完成率"),
                ),
                ("terms", models.JSONField(default=dict)),
                ("computed_at", models.DateTimeField()),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="progress_rows", to="projects.project"
                    ),
                ),
            ],
            options={
                "verbose_name": "项目进度",
                "verbose_name_plural": "项目进度",
                "indexes": [models.Index(fields=["slot", "status"], name="project_progress_by_status")],
                "constraints": [
                    models.UniqueConstraint(fields=("project", "slot"), name="project_progress_once_a_slot")
                ],
            },
        ),
        migrations.CreateModel(
            name="ScheduleVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("known_from", models.DateTimeField(verbose_name="录入时间")),
                ("due", models.DateField(verbose_name="完成时限")),
                ("weight", common.fields.FigureField(verbose_name="权重")),
                ("steps", models.JSONField(default=list)),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="projects.project"
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="goals.target"
                    ),
                ),
            ],
            options={
                "verbose_name": "项目节点版本",
                "verbose_name_plural": "项目节点版本",
                "ordering": ["project", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Upkeep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                (
                    "item",
                    models.CharField(max_length=200, validators=[common.text.CleanText(200)], verbose_name="管养内容"),
                ),
                (
                    "maintainer",
                    models.CharField(max_length=200, validators=[common.text.CleanText(200)], verbose_name="管养单位"),
                ),
                (
                    "frequency",
                    models.CharField(
                        blank=True, max_length=100, validators=[common.text.CleanText(100)], verbose_name="频次"
                    ),
                ),
                ("begins", models.DateField(verbose_name="移交日")),
                (
                    "every_months",
                    models.PositiveSmallIntegerField(
                        default=6,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(60),
                        ],
                        verbose_name="每几个月检查一次",
                    ),
                ),
                (
                    "cost",
                    common.fields.FigureField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="年经费（万元）",
                    ),
                ),
                ("warranty_until", models.DateField(blank=True, null=True, verbose_name="质保期满")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="upkeeps", to="projects.project"
                    ),
                ),
            ],
            options={
                "verbose_name": "建后管养",
                "verbose_name_plural": "建后管养",
                "ordering": ["project", "begins", "pk"],
            },
        ),
        migrations.CreateModel(
            name="UpkeepCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("due", models.DateField(verbose_name="应检查日")),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="检查日")),
                (
                    "result",
                    models.CharField(
                        blank=True, choices=[("good", "良好"), ("repair", "需维修")], max_length=10, verbose_name="结论"
                    ),
                ),
                ("note", models.TextField(blank=True, validators=[common.text.CleanText()], verbose_name="检查情况")),
                (
                    "checked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "upkeep",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="checks", to="projects.upkeep"
                    ),
                ),
            ],
            options={
                "verbose_name": "管养检查",
                "verbose_name_plural": "管养检查",
                "ordering": ["due", "pk"],
                "constraints": [models.UniqueConstraint(fields=("upkeep", "due"), name="upkeep_check_once_a_day")],
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="顺序")),
                ("text", models.TextField(validators=[common.text.CleanText()], verbose_name="问题")),
                ("deadline", models.DateField(verbose_name="整改期限")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "整改中"), ("rectified", "已整改"), ("closed", "已复查")],
                        default="open",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("rectified_on", models.DateField(blank=True, null=True, verbose_name="整改日")),
                (
                    "rectification",
                    models.TextField(blank=True, validators=[common.text.CleanText()], verbose_name="整改情况"),
                ),
                ("rechecked_on", models.DateField(blank=True, null=True, verbose_name="复查日")),
                (
                    "recheck",
                    models.TextField(blank=True, validators=[common.text.CleanText()], verbose_name="复查意见"),
                ),
                (
                    "rechecked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "rectified_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "inspection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="findings", to="projects.inspection"
                    ),
                ),
            ],
            options={
                "verbose_name": "督查问题",
                "verbose_name_plural": "督查问题",
                "ordering": ["inspection", "order", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state", "open"), ("rectified_on__isnull", False), _connector="OR"),
                        name="finding_rectified_has_day",
                        violation_error_message="已整改的问题应有整改日。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProjectMark",
            fields=[
                ("dirty_gen", models.BigIntegerField(default=1)),
                ("computed_gen", models.BigIntegerField(default=0)),
                ("reason", models.CharField(blank=True, max_length=60)),
                ("marked_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("parked", models.BooleanField(default=False)),
                (
                    "project",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="mark",
                        serialize=False,
                        to="projects.project",
                    ),
                ),
            ],
            options={
                "verbose_name": "项目待重算",
                "verbose_name_plural": "项目待重算",
                "indexes": [
                    models.Index(
                        condition=models.Q(("dirty_gen__gt", models.F("computed_gen"))),
                        fields=["project"],
                        name="project_mark_due",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Postponement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("old_due", models.DateField(verbose_name="原时限")),
                ("new_due", models.DateField(verbose_name="申请延至")),
                ("reason", models.TextField(validators=[common.text.CleanText()], verbose_name="理由")),
                ("requested_on", models.DateField(verbose_name="申请日")),
                (
                    "state",
                    models.CharField(
                        choices=[("requested", "待批"), ("granted", "同意"), ("refused", "不同意")],
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
                    "milestone",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="postponements",
                        to="projects.milestone",
                        verbose_name="节点",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="postponements", to="projects.project"
                    ),
                ),
            ],
            options={
                "verbose_name": "延期申请",
                "verbose_name_plural": "延期申请",
                "ordering": ["-requested_on", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("new_due__gt", models.F("old_due"))),
                        name="postponement_moves_on",
                        violation_error_message="新时限应晚于原时限。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("requested_on__lte", models.F("old_due"))),
                        name="postponement_asked_in_time",
                        violation_error_message="时限已过，不能再申请延期。",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="project",
            name="programmes",
            field=models.ManyToManyField(
                blank=True,
                related_name="projects",
                through="projects.ProjectProgramme",
                to="goals.programme",
                verbose_name="专项行动",
            ),
        ),
    ]
