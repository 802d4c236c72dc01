import datetime
import uuid
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
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="AllowedAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("address", models.CharField(max_length=253, unique=True, verbose_name="主机名或网段")),
                (
                    "note",
                    models.CharField(
                        blank=True, max_length=200, validators=[common.text.CleanText(200)], verbose_name="说明"
                    ),
                ),
            ],
            options={
                "verbose_name": "外发地址",
                "verbose_name_plural": "外发地址",
                "ordering": ["address"],
            },
        ),
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("day", models.DateField(unique=True, verbose_name="日期")),
                ("is_working", models.BooleanField(default=False, verbose_name="上班")),
                (
                    "name",
                    models.CharField(max_length=100, validators=[common.text.CleanText(100)], verbose_name="名称"),
                ),
            ],
            options={
                "verbose_name": "节假日",
                "verbose_name_plural": "节假日",
                "ordering": ["day"],
            },
        ),
        migrations.CreateModel(
            name="Sweep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ran_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "清扫",
                "verbose_name_plural": "清扫",
            },
        ),
        migrations.CreateModel(
            name="ImportJob",
            fields=[
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=50, verbose_name="类别")),
                ("context", models.JSONField(blank=True, default=dict)),
                ("name", models.CharField(max_length=200, verbose_name="文件名")),
                ("sha256", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "等待读取"),
                            ("reading", "正在读取"),
                            ("matching", "待对应列"),
                            ("ready", "待确认"),
                            ("refused", "有误"),
                            ("confirmed", "已写入"),
                            ("failed", "读取失败"),
                        ],
                        default="queued",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("done", models.PositiveIntegerField(default=0, verbose_name="已读行")),
                ("total", models.PositiveIntegerField(default=0, verbose_name="总行数")),
                ("columns", models.JSONField(blank=True, default=dict)),
                ("rows", models.JSONField(blank=True, default=list)),
                ("problems", models.JSONField(blank=True, default=list)),
                ("result", models.JSONField(blank=True, default=dict)),
                ("created_at", models.DateTimeField(verbose_name="上传时间")),
                ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="确认时间")),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="imports", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "导入",
                "verbose_name_plural": "导入",
                "ordering": ["-created_at"],
                "indexes": [models.Index(fields=["user", "sha256"], name="import_by_file")],
            },
        ),
        migrations.CreateModel(
            name="Indicator",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                (
                    "code",
                    models.CharField(
                        max_length=100,
                        unique=True,
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
                (
                    "unit_of_measure",
                    models.CharField(
                        blank=True, max_length=50, validators=[common.text.CleanText(50)], verbose_name="计量单位"
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("amount", "当期数"),
                            ("running_total", "累计数"),
                            ("level", "期末数"),
                            ("share", "比率"),
                            ("rate", "增速"),
                        ],
                        max_length=20,
                        verbose_name="填报口径",
                    ),
                ),
                (
                    "frequency",
                    models.CharField(
                        choices=[
                            ("monthly", "每月"),
                            ("monthly_from_feb", "每月（1–2月合并）"),
                            ("quarterly", "每季"),
                            ("half_yearly", "半年"),
                            ("yearly", "每年"),
                        ],
                        default="monthly",
                        max_length=20,
                        verbose_name="频率",
                    ),
                ),
                (
                    "aggregation",
                    models.CharField(
                        choices=[("sum", "合计"), ("mean", "平均")],
                        default="sum",
                        max_length=10,
                        verbose_name="汇总方式",
                    ),
                ),
                ("whole", models.BooleanField(default=False, verbose_name="整数计")),
                ("minimum", common.fields.FigureField(blank=True, null=True, verbose_name="最小值")),
                ("maximum", common.fields.FigureField(blank=True, null=True, verbose_name="最大值")),
                (
                    "deadline_day",
                    models.PositiveSmallIntegerField(
                        default=10,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(31),
                        ],
                        verbose_name="报送截止日",
                    ),
                ),
                (
                    "deadline_lag",
                    models.PositiveSmallIntegerField(
                        default=1, validators=[django.core.validators.MaxValueValidator(3)], verbose_name="截止滞后月数"
                    ),
                ),
                ("published", models.BooleanField(default=False, verbose_name="由统计部门发布")),
                ("measure", models.CharField(blank=True, max_length=100, verbose_name="自动计数")),
                ("source_years", models.JSONField(blank=True, default=list, editable=False)),
                ("definition", models.TextField(blank=True, validators=[common.text.CleanText()], verbose_name="定义")),
                ("method", models.TextField(blank=True, validators=[common.text.CleanText()], verbose_name="算法")),
                (
                    "data_source",
                    models.TextField(blank=True, validators=[common.text.CleanText()], verbose_name="数据来源"),
                ),
                (
                    "recognition",
                    models.TextField(blank=True, validators=[common.text.CleanText()], verbose_name="认定依据"),
                ),
                (
                    "counted_at",
                    models.TextField(blank=True, validators=[common.text.CleanText()], verbose_name="计数时点"),
                ),
                ("comparable_prices", models.BooleanField(default=False, verbose_name="按可比价")),
                (
                    "feeds",
                    models.ManyToManyField(
                        blank=True, related_name="fed_indicators", to=settings.AUTH_USER_MODEL, verbose_name="数据接口"
                    ),
                ),
                (
                    "growth_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="growth_rates",
                        to="goals.indicator",
                        verbose_name="总量指标",
                    ),
                ),
                (
                    "review_office",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviewed_indicators",
                        to="accounts.unit",
                        verbose_name="审核单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "指标",
                "verbose_name_plural": "指标",
                "ordering": ["code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("minimum", None), ("maximum", None), ("maximum__gte", models.F("minimum")), _connector="OR"
                        ),
                        name="indicator_minimum_below_maximum",
                        violation_error_message="最大值不能小于最小值。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("basis", "level"), ("aggregation", "sum"), _connector="OR"),
                        name="indicator_mean_of_levels_only",
                        violation_error_message="只有期末数可以取平均。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IndicatorSource",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("from_year", models.PositiveSmallIntegerField(verbose_name="自年度")),
                ("measure", models.CharField(blank=True, max_length=100, verbose_name="自动计数")),
                ("reason", models.TextField(blank=True, validators=[common.text.CleanText()], verbose_name="理由")),
                (
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sources", to="goals.indicator"
                    ),
                ),
            ],
            options={
                "verbose_name": "指标来源",
                "verbose_name_plural": "指标来源",
                "constraints": [
                    models.UniqueConstraint(fields=("indicator", "from_year"), name="indicator_source_once_a_year")
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("due_soon", "即将到期"),
                            ("due_today", "今日到期"),
                            ("overdue", "逾期未报"),
                            ("returned", "被退回"),
                            ("review_overdue", "逾期未报（告审核员）"),
                            ("post_overdue", "逾期未报（告分管领导）"),
                            ("mentioned", "在批注中提到您"),
                            ("order_news", "督办"),
                            ("order_soon", "督办将到期"),
                            ("order_late", "督办逾期"),
                            ("order_post", "督办逾期（告分管领导）"),
                            ("feedback", "意见有答复"),
                        ],
                        max_length=20,
                        verbose_name="类别",
                    ),
                ),
                ("key", models.CharField(max_length=300)),
                ("data", models.JSONField(default=dict)),
                ("link", models.CharField(blank=True, max_length=300)),
                ("created_at", models.DateTimeField(verbose_name="时间")),
                ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="已读时间")),
                ("mailed_at", models.DateTimeField(blank=True, null=True, verbose_name="发信时间")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notices", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "提醒",
                "verbose_name_plural": "提醒",
                "ordering": ["-created_at", "-pk"],
                "indexes": [models.Index(fields=["user", "read_at"], name="notice_by_reader")],
                "constraints": [models.UniqueConstraint(fields=("user", "key"), name="notice_once")],
            },
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("period", models.DateField(verbose_name="期")),
                ("is_share", models.BooleanField(editable=False)),
                ("value", common.fields.FigureField(blank=True, null=True, verbose_name="数值")),
                ("numerator", common.fields.FigureField(blank=True, null=True, verbose_name="分子")),
                ("denominator", common.fields.FigureField(blank=True, null=True, verbose_name="分母")),
                ("rank", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="位次")),
                ("rank_of", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="参评数")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "草稿"),
                            ("submitted", "待审核"),
                            ("returned", "已退回"),
                            ("approved", "已通过"),
                            ("superseded", "已被更正"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("note", models.TextField(blank=True, validators=[common.text.CleanText()], verbose_name="说明")),
                ("warnings", models.JSONField(blank=True, default=list, verbose_name="提醒")),
                ("revision", models.PositiveIntegerField(default=1, verbose_name="版次")),
                ("entered_at", models.DateTimeField(verbose_name="录入时间")),
                ("reported_at", models.DateTimeField(blank=True, null=True, verbose_name="提交时间")),
                ("reviewed_at", models.DateTimeField(blank=True, null=True, verbose_name="审核时间")),
                ("approved_at", models.DateTimeField(blank=True, null=True, verbose_name="通过时间")),
                ("superseded_at", models.DateTimeField(blank=True, null=True, verbose_name="被更正时间")),
                ("hands", models.JSONField(default=list, editable=False)),
                ("reason", models.TextField(blank=True, validators=[common.text.CleanText()], verbose_name="退回理由")),
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
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readings",
                        to="goals.indicator",
                        verbose_name="指标",
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
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "supersedes",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="goals.reading",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readings",
                        to="accounts.unit",
                        verbose_name="填报单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "填报数据",
                "verbose_name_plural": "填报数据",
                "ordering": ["-period", "indicator", "unit", "-revision"],
                "indexes": [
                    models.Index(fields=["indicator", "period", "state"], name="reading_by_indicator"),
                    models.Index(fields=["-period", "id"], name="reading_by_period"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "approved")),
                        fields=("indicator", "unit", "period"),
                        name="reading_one_approved",
                        violation_error_message="该指标、单位、期已有审核通过的数据。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["draft", "submitted"])),
                        fields=("indicator", "unit", "period"),
                        name="reading_one_open",
                        violation_error_message="该指标、单位、期已有在办的数据。",
                    ),
                    models.UniqueConstraint(
                        fields=("indicator", "unit", "period", "revision"), name="reading_revision_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("denominator__isnull", False),
                                ("is_share", True),
                                ("numerator__isnull", False),
                                ("value", None),
                            ),
                            models.Q(
                                ("denominator", None),
                                ("is_share", False),
                                ("numerator", None),
                                ("value__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="reading_figures_fit_basis",
                        violation_error_message="比率须填分子和分母，其他指标须填数值。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("period__day", 31), ("period__month__in", [1, 3, 5, 7, 8, 10, 12])),
                            models.Q(("period__day", 30), ("period__month__in", [4, 6, 9, 11])),
                            models.Q(("period__day", 29), ("period__month", 2)),
                            models.Q(
                                ("period__day", 28),
                                ("period__month", 2),
                                models.Q(
                                    (
                                        "period__year__in",
                                        [
                                            2000,
                                            2004,
                                            2008,
                                            2012,
                                            2016,
                                            2020,
                                            2024,
                                            2028,
                                            2032,
                                            2036,
                                            2040,
                                            2044,
                                            2048,
                                            2052,
                                            2056,
                                            2060,
                                            2064,
                                            2068,
                                            2072,
                                            2076,
                                            2080,
                                            2084,
                                            2088,
                                            2092,
                                            2096,
                                        ],
                                    ),
                                    _negated=True,
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="reading_period_month_end",
                        violation_error_message="期应为月末日。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("rank", None), ("rank_of", None), ("rank__lte", models.F("rank_of")), _connector="OR"
                        ),
                        name="reading_rank_within",
                        violation_error_message="位次不能大于参评数。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RecomputeRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "scope",
                    models.CharField(
                        choices=[("all", "全部月份"), ("today", "仅今天"), ("verify", "全部月份并核对")],
                        default="all",
                        max_length=10,
                        verbose_name="范围",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "进行中"),
                            ("done", "已完成"),
                            ("cancelled", "已取消"),
                            ("failed", "有失败"),
                        ],
                        default="running",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=60, verbose_name="缘由")),
                ("started_at", models.DateTimeField(verbose_name="开始时间")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")),
                ("total", models.PositiveIntegerField(default=0, verbose_name="总项数")),
                ("pieces", models.PositiveIntegerField(default=0, verbose_name="总分块数")),
                (
                    "started_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "全部重算",
                "verbose_name_plural": "全部重算",
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "running")), fields=("state",), name="one_recompute_runs"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RecomputeChunk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("book", models.CharField(max_length=20)),
                ("first", models.BigIntegerField()),
                ("last", models.BigIntegerField()),
                ("subjects", models.PositiveIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "待处理"), ("done", "已完成"), ("parked", "已搁置")],
                        default="waiting",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="次数")),
                ("begun_at", models.DateTimeField(blank=True, null=True, verbose_name="开始时间")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")),
                ("differences", models.PositiveIntegerField(default=0, verbose_name="差异")),
                ("seconds", models.FloatField(blank=True, null=True, verbose_name="用时（秒）")),
                ("error", models.TextField(blank=True, verbose_name="错误")),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="chunks", to="goals.recomputerun"
                    ),
                ),
            ],
            options={
                "verbose_name": "重算分块",
                "verbose_name_plural": "重算分块",
                "ordering": ["pk"],
                "indexes": [
                    models.Index(condition=models.Q(("state", "waiting")), fields=["run", "id"], name="chunk_waiting")
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportingUnit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first_day", models.DateField(default=datetime.date(1900, 1, 1))),
                ("last_day", models.DateField(default=datetime.date(9999, 12, 31))),
                (
                    "replaces",
                    models.CharField(
                        blank=True, max_length=500, validators=[common.text.CleanText(500)], verbose_name="替代了什么"
                    ),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reporting", to="goals.indicator"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reports", to="accounts.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "填报单位",
                "verbose_name_plural": "填报单位",
                "constraints": [
                    models.UniqueConstraint(fields=("indicator", "unit", "first_day"), name="reporting_unit_once"),
                    models.CheckConstraint(
                        condition=models.Q(("last_day__gte", models.F("first_day"))), name="reporting_unit_forward"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Slot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("task", models.CharField(max_length=50)),
                ("slot", models.CharField(max_length=50)),
                ("begun_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "周期任务",
                "verbose_name_plural": "周期任务",
                "constraints": [models.UniqueConstraint(fields=("task", "slot"), name="slot_once")],
            },
        ),
        migrations.CreateModel(
            name="WarningProfile",
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
                ("edition", models.PositiveIntegerField(default=1, verbose_name="版本")),
                ("source", models.TextField(validators=[common.text.CleanText()], verbose_name="出处")),
                ("bands", models.JSONField(verbose_name="预警区间")),
            ],
            options={
                "verbose_name": "预警方案",
                "verbose_name_plural": "预警方案",
                "ordering": ["code", "edition"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("code", "edition"),
                        name="profile_once",
                        violation_error_message="该预警方案已有这一版本。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                (
                    "slug",
                    models.CharField(
                        max_length=100,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[a-zA-Z0-9._-]{1,100}\\Z",
                                "代码只能用字母、数字和 . _ -，1 至 100 个字符。",
                                code="invalid",
                            )
                        ],
                        verbose_name="标识",
                    ),
                ),
                (
                    "name",
                    models.CharField(max_length=200, validators=[common.text.CleanText(200)], verbose_name="名称"),
                ),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(2001),
                            django.core.validators.MaxValueValidator(2099),
                        ],
                        verbose_name="年度",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "草案"), ("adopted", "已印发"), ("closed", "已交账")],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("document", models.TextField(blank=True, verbose_name="原文")),
                ("document_url", models.URLField(blank=True, max_length=500, verbose_name="原文网址")),
                ("adopted_at", models.DateTimeField(blank=True, null=True, verbose_name="印发时间")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="交账时间")),
                (
                    "follows",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="followed_by",
                        to="goals.plan",
                        verbose_name="上年计划",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plans",
                        to="accounts.unit",
                        verbose_name="单位",
                    ),
                ),
                (
                    "profile",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plans",
                        to="goals.warningprofile",
                        verbose_name="预警方案",
                    ),
                ),
            ],
            options={
                "verbose_name": "年度计划",
                "verbose_name_plural": "年度计划",
                "ordering": ["-year", "slug"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("year__gte", 2001), ("year__lte", 2099)),
                        name="plan_year_in_range",
                        violation_error_message="年度应在 2001 至 2099 之间。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Hook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                (
                    "name",
                    models.CharField(max_length=100, validators=[common.text.CleanText(100)], verbose_name="名称"),
                ),
                (
                    "address",
                    models.CharField(
                        max_length=500, validators=[django.core.validators.MaxLengthValidator(500)], verbose_name="网址"
                    ),
                ),
                ("on_status", models.BooleanField(default=True, verbose_name="目标状态变化")),
                ("on_approval", models.BooleanField(default=True, verbose_name="数据通过审核")),
                ("is_active", models.BooleanField(default=True, verbose_name="启用")),
                ("salt", models.CharField(editable=False, max_length=64)),
                ("fingerprint", models.CharField(editable=False, max_length=64)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hooks",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="负责人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hooks",
                        to="accounts.unit",
                        verbose_name="单位",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hooks",
                        to="goals.plan",
                        verbose_name="计划",
                    ),
                ),
            ],
            options={
                "verbose_name": "外发通知",
                "verbose_name_plural": "外发通知",
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "event",
                    models.CharField(
                        choices=[
                            ("target.status_changed", "目标状态变化"),
                            ("reading.approved", "数据通过审核"),
                            ("test", "试发"),
                        ],
                        max_length=30,
                        verbose_name="事件",
                    ),
                ),
                ("about", models.JSONField(default=list)),
                ("body", models.TextField(verbose_name="内容")),
                ("made_at", models.DateTimeField(verbose_name="产生时间")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "待送达"),
                            ("delivered", "已送达"),
                            ("expired", "已过期"),
                            ("withheld", "不再可见"),
                            ("failed", "试发未成"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0, verbose_name="次数")),
                ("next_at", models.DateTimeField(verbose_name="下次")),
                ("claimed_until", models.DateTimeField(editable=False, null=True)),
                (
                    "hook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="deliveries", to="goals.hook"
                    ),
                ),
            ],
            options={
                "verbose_name": "送达记录",
                "verbose_name_plural": "送达记录",
                "ordering": ["-made_at", "-pk"],
                "indexes": [
                    models.Index(condition=models.Q(("state", "pending")), fields=["next_at"], name="delivery_due"),
                    models.Index(fields=["hook", "-made_at"], name="delivery_of_hook"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("took_ms", models.PositiveIntegerField(verbose_name="毫秒")),
                ("peer", models.CharField(blank=True, max_length=60, verbose_name="对方地址")),
                ("status", models.PositiveSmallIntegerField(null=True, verbose_name="答复")),
                ("answer", models.TextField(blank=True, verbose_name="答复内容")),
                ("problem", models.CharField(blank=True, max_length=40, verbose_name="问题")),
                ("detail", models.CharField(blank=True, max_length=300)),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="tries", to="goals.delivery"
                    ),
                ),
            ],
            options={
                "verbose_name": "送达尝试",
                "verbose_name_plural": "送达尝试",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Closing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("period", models.DateField(verbose_name="月结至")),
                ("closed_at", models.DateTimeField(verbose_name="月结时间")),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="closings", to="goals.plan"
                    ),
                ),
            ],
            options={
                "verbose_name": "月结",
                "verbose_name_plural": "月结",
                "ordering": ["plan", "period"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("plan", "period"), name="closing_once", violation_error_message="这个月已经月结。"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("period__day", 31), ("period__month__in", [1, 3, 5, 7, 8, 10, 12])),
                            models.Q(("period__day", 30), ("period__month__in", [4, 6, 9, 11])),
                            models.Q(("period__day", 29), ("period__month", 2)),
                            models.Q(
                                ("period__day", 28),
                                ("period__month", 2),
                                models.Q(
                                    (
                                        "period__year__in",
                                        [
                                            2000,
                                            2004,
                                            2008,
                                            2012,
                                            2016,
                                            2020,
                                            2024,
                                            2028,
                                            2032,
                                            2036,
                                            2040,
                                            2044,
                                            2048,
                                            2052,
                                            2056,
                                            2060,
                                            2064,
                                            2068,
                                            2072,
                                            2076,
                                            2080,
                                            2084,
                                            2088,
                                            2092,
                                            2096,
                                        ],
                                    ),
                                    _negated=True,
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="closing_month_end",
                        violation_error_message="期应为月末日。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Programme",
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
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="顺序")),
                (
                    "group",
                    models.CharField(
                        blank=True, max_length=100, validators=[common.text.CleanText(100)], verbose_name="专项"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="programmes", to="goals.plan"
                    ),
                ),
            ],
            options={
                "verbose_name": "专项行动",
                "verbose_name_plural": "专项行动",
                "ordering": ["order", "code"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("plan", "code"),
                        name="programme_code_once",
                        violation_error_message="计划中已有此专项代码。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reopening",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("period", models.DateField(verbose_name="期")),
                ("until", models.DateField(verbose_name="开放至")),
                ("reason", models.TextField(validators=[common.text.CleanText()], verbose_name="理由")),
                ("opened_at", models.DateTimeField(verbose_name="开放时间")),
                (
                    "opened_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reopenings", to="goals.plan"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reopenings",
                        to="accounts.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "补报开放",
                "verbose_name_plural": "补报开放",
                "ordering": ["-opened_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("period__day", 31), ("period__month__in", [1, 3, 5, 7, 8, 10, 12])),
                            models.Q(("period__day", 30), ("period__month__in", [4, 6, 9, 11])),
                            models.Q(("period__day", 29), ("period__month", 2)),
                            models.Q(
                                ("period__day", 28),
                                ("period__month", 2),
                                models.Q(
                                    (
                                        "period__year__in",
                                        [
                                            2000,
                                            2004,
                                            2008,
                                            2012,
                                            2016,
                                            2020,
                                            2024,
                                            2028,
                                            2032,
                                            2036,
                                            2040,
                                            2044,
                                            2048,
                                            2052,
                                            2056,
                                            2060,
                                            2064,
                                            2068,
                                            2072,
                                            2076,
                                            2080,
                                            2084,
                                            2088,
                                            2092,
                                            2096,
                                        ],
                                    ),
                                    _negated=True,
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="reopening_month_end",
                        violation_error_message="期应为月末日。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Section",
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
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="顺序")),
                (
                    "heading",
                    models.CharField(
                        blank=True, max_length=500, validators=[common.text.CleanText(500)], verbose_name="标题原文"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sections", to="goals.plan"
                    ),
                ),
            ],
            options={
                "verbose_name": "板块",
                "verbose_name_plural": "板块",
                "ordering": ["order", "code"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("plan", "code"),
                        name="section_code_once",
                        violation_error_message="计划中已有此板块代码。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SpotCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("drawn_at", models.DateTimeField(verbose_name="抽查时间")),
                ("seed", models.CharField(max_length=32)),
                ("drawn_from", models.PositiveIntegerField(verbose_name="抽查范围")),
                (
                    "drawn_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="spot_checks", to="goals.plan"
                    ),
                ),
            ],
            options={
                "verbose_name": "抽查核验",
                "verbose_name_plural": "抽查核验",
                "ordering": ["-drawn_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="SpotCheckItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                (
                    "finding",
                    models.CharField(
                        blank=True,
                        choices=[("true", "属实"), ("wrong", "有误"), ("sent_back", "退回更正")],
                        max_length=10,
                        verbose_name="核验结果",
                    ),
                ),
                ("note", models.TextField(blank=True, validators=[common.text.CleanText()], verbose_name="说明")),
                ("found_at", models.DateTimeField(blank=True, null=True, verbose_name="核验时间")),
                (
                    "found_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reading",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="spot_checks", to="goals.reading"
                    ),
                ),
                (
                    "spot_check",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="goals.spotcheck"
                    ),
                ),
            ],
            options={
                "verbose_name": "抽查项",
                "verbose_name_plural": "抽查项",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("spot_check", "reading"), name="spot_check_item_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finding", ""), ("found_at", None)),
                            models.Q(models.Q(("finding", ""), _negated=True), ("found_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="spot_check_item_found",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Theme",
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
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="顺序")),
                ("paragraph", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="段落")),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="themes", to="goals.plan"
                    ),
                ),
                (
                    "section",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="themes", to="goals.section"
                    ),
                ),
            ],
            options={
                "verbose_name": "主题",
                "verbose_name_plural": "主题",
                "ordering": ["order", "code"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("plan", "code"),
                        name="theme_code_once",
                        violation_error_message="计划中已有此主题代码。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Target",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("amount", "当期数"),
                            ("running_total", "累计数"),
                            ("level", "期末数"),
                            ("share", "比率"),
                            ("rate", "增速"),
                        ],
                        editable=False,
                        max_length=20,
                    ),
                ),
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
                    "rule",
                    models.CharField(
                        choices=[
                            ("total", "总量"),
                            ("growth", "增速"),
                            ("level", "水平"),
                            ("share", "比率"),
                            ("decline", "下降"),
                            ("milestones", "节点"),
                        ],
                        max_length=20,
                        verbose_name="规则",
                    ),
                ),
                (
                    "comparator",
                    models.CharField(
                        choices=[("at_least", "不低于"), ("at_most", "不超过"), ("below_last_year", "低于上年")],
                        default="at_least",
                        max_length=20,
                        verbose_name="比较方式",
                    ),
                ),
                ("printed_comparator", models.CharField(blank=True, max_length=20, verbose_name="原文比较方式")),
                ("goal", common.fields.FigureField(blank=True, null=True, verbose_name="目标值")),
                ("baseline", common.fields.FigureField(blank=True, null=True, verbose_name="基数")),
                (
                    "pace",
                    models.CharField(
                        blank=True,
                        choices=[("linear", "匀速"), ("flat", "全年持平"), ("planned", "按计划")],
                        max_length=10,
                        verbose_name="进度安排",
                    ),
                ),
                ("planned", models.JSONField(blank=True, default=dict, verbose_name="逐月计划")),
                ("due", models.DateField(verbose_name="完成时限")),
                (
                    "weight",
                    common.fields.FigureField(
                        default=Decimal("1"),
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="权重",
                    ),
                ),
                (
                    "band",
                    common.fields.FigureField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="预警区间",
                    ),
                ),
                ("in_doubt", models.BooleanField(default=False, verbose_name="口径待核")),
                ("evidence_required", models.BooleanField(default=False, verbose_name="须附佐证")),
                ("quote", models.TextField(blank=True, validators=[common.text.CleanText()], verbose_name="原文")),
                ("paragraph", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="段落")),
                (
                    "literal",
                    models.CharField(
                        blank=True, max_length=100, validators=[common.text.CleanText(100)], verbose_name="原文数字"
                    ),
                ),
                (
                    "modality",
                    models.CharField(
                        blank=True, max_length=50, validators=[common.text.CleanText(50)], verbose_name="语气"
                    ),
                ),
                ("note", models.TextField(blank=True, validators=[common.text.CleanText()], verbose_name="备注")),
                (
                    "cooperating_offices",
                    models.ManyToManyField(
                        blank=True, related_name="cooperating_targets", to="accounts.unit", verbose_name="配合单位"
                    ),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="targets",
                        to="goals.indicator",
                        verbose_name="指标",
                    ),
                ),
                (
                    "lead_office",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="led_targets",
                        to="accounts.unit",
                        verbose_name="牵头单位",
                    ),
                ),
                (
                    "responsible_post",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="targets",
                        to="accounts.post",
                        verbose_name="分管领导",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="targets", to="goals.plan"
                    ),
                ),
                (
                    "theme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="targets",
                        to="goals.theme",
                        verbose_name="主题",
                    ),
                ),
            ],
            options={
                "verbose_name": "目标",
                "verbose_name_plural": "目标",
                "ordering": ["order", "code"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("plan", "code"),
                        name="target_code_once",
                        violation_error_message="计划中已有此目标代码。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("basis", "amount"), ("rule__in", ["total", "growth", "decline", "milestones"])),
                            models.Q(("basis", "running_total"), ("rule__in", ["total", "growth", "decline"])),
                            models.Q(("basis", "level"), ("rule__in", ["level", "growth"])),
                            models.Q(("basis", "share"), ("rule__in", ["share"])),
                            models.Q(("basis", "rate"), ("rule__in", ["growth"])),
                            _connector="OR",
                        ),
                        name="target_rule_fits_basis",
                        violation_error_message="该规则不适用于这一填报口径。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("comparator", "below_last_year"), ("goal", None), ("rule", "decline")),
                            models.Q(
                                models.Q(("comparator", "below_last_year"), _negated=True),
                                models.Q(("rule", "decline"), _negated=True),
                                ("goal__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="target_goal_unless_below_last_year",
                        violation_error_message="“低于上年”不设目标值，其他目标必须有目标值；下降规则只用“低于上年”。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("weight__gte", 0)),
                        name="target_weight_not_negative",
                        violation_error_message="权重不能为负。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("band", None), ("band__gte", 0), _connector="OR"),
                        name="target_band_not_negative",
                        violation_error_message="预警区间不能为负。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Mark",
            fields=[
                ("dirty_gen", models.BigIntegerField(default=1)),
                ("computed_gen", models.BigIntegerField(default=0)),
                ("reason", models.CharField(blank=True, max_length=60)),
                ("marked_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("parked", models.BooleanField(default=False)),
                (
                    "target",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="mark",
                        serialize=False,
                        to="goals.target",
                    ),
                ),
            ],
            options={
                "verbose_name": "待重算",
                "verbose_name_plural": "待重算",
                "indexes": [
                    models.Index(
                        condition=models.Q(("dirty_gen__gt", models.F("computed_gen"))),
                        fields=["target"],
                        name="mark_due",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Allocation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("goal", common.fields.FigureField(verbose_name="分解目标")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="allocations", to="accounts.unit"
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="allocations", to="goals.target"
                    ),
                ),
            ],
            options={
                "verbose_name": "任务分解",
                "verbose_name_plural": "任务分解",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("target", "unit"),
                        name="allocation_once",
                        violation_error_message="该单位已有分解任务。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Adjustment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("superior", "上级任务调整"),
                            ("policy", "政策变化"),
                            ("force_majeure", "不可抗力"),
                            ("definition", "口径变化"),
                        ],
                        max_length=20,
                        verbose_name="类别",
                    ),
                ),
                (
                    "applicant",
                    models.CharField(max_length=200, validators=[common.text.CleanText(200)], verbose_name="申请单位"),
                ),
                (
                    "meeting",
                    models.CharField(max_length=200, validators=[common.text.CleanText(200)], verbose_name="决定会议"),
                ),
                (
                    "document_number",
                    models.CharField(max_length=100, validators=[common.text.CleanText(100)], verbose_name="文号"),
                ),
                ("in_force_from", models.DateField(verbose_name="生效日")),
                ("goal", common.fields.FigureField(blank=True, null=True, verbose_name="目标值")),
                ("baseline", common.fields.FigureField(blank=True, null=True, verbose_name="基数")),
                ("planned", models.JSONField(blank=True, default=dict, verbose_name="逐月计划")),
                ("due", models.DateField(verbose_name="完成时限")),
                ("weight", common.fields.FigureField(verbose_name="权重")),
                ("band", common.fields.FigureField(blank=True, null=True, verbose_name="预警区间")),
                ("decided_at", models.DateTimeField(verbose_name="录入时间")),
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
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="adjustments", to="goals.target"
                    ),
                ),
            ],
            options={
                "verbose_name": "目标调整",
                "verbose_name_plural": "目标调整",
                "ordering": ["in_force_from", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("in_force_from__lte", models.F("due"))),
                        name="adjustment_in_force_by_due",
                        violation_error_message="生效日不能晚于完成时限。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Discontinued",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                (
                    "reason",
                    models.CharField(max_length=500, validators=[common.text.CleanText(500)], verbose_name="理由"),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="discontinued_by", to="goals.target"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="discontinued", to="goals.plan"
                    ),
                ),
            ],
            options={
                "verbose_name": "不再列入的指标",
                "verbose_name_plural": "不再列入的指标",
                "constraints": [models.UniqueConstraint(fields=("plan", "target"), name="discontinued_once")],
            },
        ),
        migrations.CreateModel(
            name="Progress",
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
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="progress_rows", to="goals.target"
                    ),
                ),
            ],
            options={
                "verbose_name": "进度",
                "verbose_name_plural": "进度",
                "indexes": [models.Index(fields=["slot", "status"], name="progress_by_status")],
                "constraints": [models.UniqueConstraint(fields=("target", "slot"), name="progress_once_a_slot")],
            },
        ),
        migrations.CreateModel(
            name="TargetProgramme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("suggested", models.BooleanField(default=False, verbose_name="建议")),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="memberships", to="goals.programme"
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="memberships", to="goals.target"
                    ),
                ),
            ],
            options={
                "verbose_name": "专项挂接",
                "verbose_name_plural": "专项挂接",
                "constraints": [models.UniqueConstraint(fields=("target", "programme"), name="target_programme_once")],
            },
        ),
        migrations.CreateModel(
            name="ColumnMap",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("kind", models.CharField(max_length=50)),
                ("signature", models.CharField(max_length=64)),
                ("columns", models.JSONField(default=dict)),
                (
                    "unit",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "列对应",
                "verbose_name_plural": "列对应",
                "constraints": [models.UniqueConstraint(fields=("kind", "unit", "signature"), name="column_map_once")],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("object_id", models.PositiveBigIntegerField()),
                (
                    "name",
                    models.CharField(max_length=200, validators=[common.text.CleanText(200)], verbose_name="文件名"),
                ),
                ("kind", models.CharField(editable=False, max_length=10, verbose_name="类型")),
                ("size", models.PositiveIntegerField(editable=False, verbose_name="大小")),
                ("sha256", models.CharField(editable=False, max_length=64)),
                ("uploaded_at", models.DateTimeField(verbose_name="上传时间")),
                (
                    "content_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="contenttypes.contenttype"
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "佐证材料",
                "verbose_name_plural": "佐证材料",
                "ordering": ["uploaded_at", "pk"],
                "indexes": [models.Index(fields=["content_type", "object_id"], name="evidence_of_record")],
            },
        ),
        migrations.AddField(
            model_name="target",
            name="programmes",
            field=models.ManyToManyField(
                blank=True,
                related_name="targets",
                through="goals.TargetProgramme",
                to="goals.programme",
                verbose_name="专项行动",
            ),
        ),
    ]
