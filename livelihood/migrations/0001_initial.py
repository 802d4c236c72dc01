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
        ("projects", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Ballot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("held_on", models.DateField(verbose_name="大会日期")),
                (
                    "rule_number",
                    models.CharField(
                        max_length=100, validators=[common.text.CleanText(100)], verbose_name="票荐办法文号"
                    ),
                ),
                (
                    "entitled",
                    models.PositiveIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(1000000),
                        ],
                        verbose_name="应到人数",
                    ),
                ),
                (
                    "present",
                    models.PositiveIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1000000),
                        ],
                        verbose_name="实到人数",
                    ),
                ),
                (
                    "issued",
                    models.PositiveIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1000000),
                        ],
                        verbose_name="发出票",
                    ),
                ),
                (
                    "returned",
                    models.PositiveIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1000000),
                        ],
                        verbose_name="收回票",
                    ),
                ),
                (
                    "valid",
                    models.PositiveIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1000000),
                        ],
                        verbose_name="有效票",
                    ),
                ),
                (
                    "spoiled",
                    models.PositiveIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1000000),
                        ],
                        verbose_name="废票",
                    ),
                ),
                (
                    "limit",
                    models.PositiveSmallIntegerField(
                        default=10, validators=[django.core.validators.MinValueValidator(1)], verbose_name="每票限选"
                    ),
                ),
                (
                    "seats",
                    models.PositiveSmallIntegerField(
                        default=10, validators=[django.core.validators.MinValueValidator(1)], verbose_name="拟确定项数"
                    ),
                ),
                (
                    "plan",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="ballot", to="goals.plan"
                    ),
                ),
            ],
            options={
                "verbose_name": "民生实事票荐",
                "verbose_name_plural": "民生实事票荐",
            },
        ),
        migrations.CreateModel(
            name="Candidate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                (
                    "number",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)], verbose_name="序号"
                    ),
                ),
                (
                    "name",
                    models.CharField(max_length=200, validators=[common.text.CleanText(200)], verbose_name="项目名称"),
                ),
                ("justification", models.TextField(validators=[common.text.CleanText()], verbose_name="立项理由")),
                (
                    "cost",
                    common.fields.FigureField(
                        validators=[django.core.validators.MinValueValidator(0)], verbose_name="估算投资（万元）"
                    ),
                ),
                (
                    "beneficiaries",
                    models.CharField(max_length=200, validators=[common.text.CleanText(200)], verbose_name="受益对象"),
                ),
                (
                    "people",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(1000000)],
                        verbose_name="受益人数",
                    ),
                ),
                (
                    "proposer",
                    models.CharField(max_length=100, validators=[common.text.CleanText(100)], verbose_name="提出人"),
                ),
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
                        default="construction",
                        max_length=20,
                        verbose_name="类型",
                    ),
                ),
                ("votes", models.PositiveIntegerField(editable=False, null=True, verbose_name="得票")),
                ("is_chosen", models.BooleanField(editable=False, null=True, verbose_name="确定")),
                (
                    "reason",
                    models.TextField(
                        blank=True,
                        editable=False,
                        validators=[common.text.CleanText()],
                        verbose_name="与票荐结果不一致的理由",
                    ),
                ),
                ("place", models.PositiveSmallIntegerField(editable=False, null=True, verbose_name="清单序号")),
                (
                    "lead_office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="candidates",
                        to="accounts.unit",
                        verbose_name="拟牵头单位",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="candidates", to="goals.plan"
                    ),
                ),
                (
                    "project",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="candidate",
                        to="projects.project",
                        verbose_name="项目",
                    ),
                ),
                (
                    "same_as",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="candidates",
                        to="projects.project",
                        verbose_name="计划中的同一工作",
                    ),
                ),
            ],
            options={
                "verbose_name": "民生实事候选项目",
                "verbose_name_plural": "民生实事候选项目",
                "ordering": ["plan", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("plan", "number"),
                        name="candidate_number_once",
                        violation_error_message="这个序号已有候选项目。",
                    ),
                    models.UniqueConstraint(
                        fields=("plan", "name"),
                        name="candidate_name_once",
                        violation_error_message="已有同名的候选项目。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Clinic",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("day", models.DateField(verbose_name="日期")),
                ("source_system", models.CharField(default="own", max_length=40, verbose_name="来源系统")),
                (
                    "external_no",
                    models.CharField(
                        blank=True, max_length=100, validators=[common.text.CleanText(100)], verbose_name="外部编号"
                    ),
                ),
                ("note", models.TextField(blank=True, validators=[common.text.CleanText()], verbose_name="备注")),
                ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                ("voided_at", models.DateTimeField(editable=False, null=True, verbose_name="作废时间")),
                (
                    "void_reason",
                    models.TextField(
                        blank=True, editable=False, validators=[common.text.CleanText()], verbose_name="作废原因"
                    ),
                ),
                ("changed_at", models.DateTimeField(editable=False, null=True)),
                ("imports", models.JSONField(default=list, editable=False)),
                (
                    "name",
                    models.CharField(max_length=200, validators=[common.text.CleanText(200)], verbose_name="村卫生室"),
                ),
                ("recognised_on", models.DateField(blank=True, null=True, verbose_name="规范化认定日")),
                (
                    "recognised_by",
                    models.CharField(
                        blank=True, max_length=200, validators=[common.text.CleanText(200)], verbose_name="认定单位"
                    ),
                ),
                ("lapsed_on", models.DateField(blank=True, null=True, verbose_name="失效日")),
                ("merged_on", models.DateField(blank=True, null=True, verbose_name="撤并日")),
                ("standard_until", models.DateField(editable=False, null=True)),
                (
                    "author",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="单位",
                    ),
                ),
                (
                    "version_of",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="livelihood.clinic",
                    ),
                ),
                (
                    "voided_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "村卫生室",
                "verbose_name_plural": "村卫生室",
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-day", "-id"], name="livelihood_clinic_day"),
                    models.Index(fields=["unit", "day"], name="livelihood_clinic_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("external_no", ""), _negated=True), ("version_of", None)),
                        fields=("source_system", "external_no"),
                        name="livelihood_clinic_external_once",
                        violation_error_message="这个外部编号已经登记过。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("voided_at", None)),
                        fields=("unit", "name"),
                        name="livelihood_clinic_once",
                        violation_error_message="这个村的这个卫生室已经登记过，请改那一条。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("decided_on", models.DateField(verbose_name="会议日期")),
                (
                    "number",
                    models.CharField(
                        max_length=100, validators=[common.text.CleanText(100)], verbose_name="会议纪要文号"
                    ),
                ),
                ("published_on", models.DateField(editable=False, null=True, verbose_name="公布日")),
                ("published_at", models.DateTimeField(editable=False, null=True)),
                (
                    "plan",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="livelihood_decision", to="goals.plan"
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "民生实事确定",
                "verbose_name_plural": "民生实事确定",
            },
        ),
        migrations.CreateModel(
            name="Insurance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("day", models.DateField(verbose_name="日期")),
                ("source_system", models.CharField(default="own", max_length=40, verbose_name="来源系统")),
                (
                    "external_no",
                    models.CharField(
                        blank=True, max_length=100, validators=[common.text.CleanText(100)], verbose_name="外部编号"
                    ),
                ),
                ("note", models.TextField(blank=True, validators=[common.text.CleanText()], verbose_name="备注")),
                ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                ("voided_at", models.DateTimeField(editable=False, null=True, verbose_name="作废时间")),
                (
                    "void_reason",
                    models.TextField(
                        blank=True, editable=False, validators=[common.text.CleanText()], verbose_name="作废原因"
                    ),
                ),
                ("changed_at", models.DateTimeField(editable=False, null=True)),
                ("imports", models.JSONField(default=list, editable=False)),
                ("insured_year", models.PositiveSmallIntegerField(verbose_name="参保年度")),
                ("registered", models.PositiveIntegerField(verbose_name="户籍人口")),
                ("in_army", models.PositiveIntegerField(default=0, verbose_name="扣除：参军")),
                ("in_prison", models.PositiveIntegerField(default=0, verbose_name="扣除：服刑")),
                ("insured_elsewhere", models.PositiveIntegerField(default=0, verbose_name="扣除：异地参保")),
                ("abroad", models.PositiveIntegerField(default=0, verbose_name="扣除：出国")),
                ("otherwise_deducted", models.PositiveIntegerField(default=0, verbose_name="扣除：其他")),
                ("employees", models.PositiveIntegerField(verbose_name="职工医保")),
                ("residents", models.PositiveIntegerField(verbose_name="居民医保")),
                ("liable", models.PositiveIntegerField(editable=False, verbose_name="应参保")),
                ("insured", models.PositiveIntegerField(editable=False, verbose_name="已参保")),
                ("counts_from", models.DateField(editable=False)),
                ("counts_until", models.DateField(editable=False)),
                (
                    "author",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="单位",
                    ),
                ),
                (
                    "version_of",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="livelihood.insurance",
                    ),
                ),
                (
                    "voided_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "医保参保",
                "verbose_name_plural": "医保参保",
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-day", "-id"], name="livelihood_insurance_day"),
                    models.Index(fields=["unit", "day"], name="livelihood_insurance_unit"),
                    models.Index(fields=["unit", "insured_year", "day"], name="insurance_newest"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("external_no", ""), _negated=True), ("version_of", None)),
                        fields=("source_system", "external_no"),
                        name="livelihood_insurance_external_once",
                        violation_error_message="这个外部编号已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Survey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("day", models.DateField(verbose_name="测评日")),
                (
                    "issued",
                    models.PositiveIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1000000),
                        ],
                        verbose_name="发出票",
                    ),
                ),
                (
                    "returned",
                    models.PositiveIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1000000),
                        ],
                        verbose_name="收回票",
                    ),
                ),
                (
                    "valid",
                    models.PositiveIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(1000000),
                        ],
                        verbose_name="有效票",
                    ),
                ),
                (
                    "satisfied",
                    models.PositiveIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1000000),
                        ],
                        verbose_name="满意",
                    ),
                ),
                (
                    "fairly",
                    models.PositiveIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1000000),
                        ],
                        verbose_name="基本满意",
                    ),
                ),
                (
                    "dissatisfied",
                    models.PositiveIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1000000),
                        ],
                        verbose_name="不满意",
                    ),
                ),
                (
                    "candidate",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="survey", to="livelihood.candidate"
                    ),
                ),
            ],
            options={
                "verbose_name": "民生实事满意度测评",
                "verbose_name_plural": "民生实事满意度测评",
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("day", models.DateField(verbose_name="日期")),
                ("source_system", models.CharField(default="own", max_length=40, verbose_name="来源系统")),
                (
                    "external_no",
                    models.CharField(
                        blank=True, max_length=100, validators=[common.text.CleanText(100)], verbose_name="外部编号"
                    ),
                ),
                ("note", models.TextField(blank=True, validators=[common.text.CleanText()], verbose_name="备注")),
                ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                ("voided_at", models.DateTimeField(editable=False, null=True, verbose_name="作废时间")),
                (
                    "void_reason",
                    models.TextField(
                        blank=True, editable=False, validators=[common.text.CleanText()], verbose_name="作废原因"
                    ),
                ),
                ("changed_at", models.DateTimeField(editable=False, null=True)),
                ("imports", models.JSONField(default=list, editable=False)),
                (
                    "household",
                    models.CharField(max_length=100, validators=[common.text.CleanText(100)], verbose_name="户"),
                ),
                ("kind", models.CharField(max_length=40, verbose_name="探访对象")),
                ("way", models.CharField(max_length=40, verbose_name="探访方式")),
                (
                    "finding",
                    models.TextField(blank=True, validators=[common.text.CleanText()], verbose_name="情况和需求"),
                ),
                (
                    "next_on",
                    models.DateField(blank=True, help_text="不填为 30 日后。", null=True, verbose_name="下次探访期限"),
                ),
                (
                    "is_last",
                    models.BooleanField(default=False, help_text="迁出、去世、入住机构等。", verbose_name="不再探访"),
                ),
                (
                    "author",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="单位",
                    ),
                ),
                (
                    "version_of",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="livelihood.visit",
                    ),
                ),
                (
                    "voided_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "探访",
                "verbose_name_plural": "探访",
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-day", "-id"], name="livelihood_visit_day"),
                    models.Index(fields=["unit", "day"], name="livelihood_visit_unit"),
                    models.Index(fields=["unit", "household", "day"], name="visit_newest"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("external_no", ""), _negated=True), ("version_of", None)),
                        fields=("source_system", "external_no"),
                        name="livelihood_visit_external_once",
                        violation_error_message="这个外部编号已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Assistance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("day", models.DateField(verbose_name="日期")),
                ("source_system", models.CharField(default="own", max_length=40, verbose_name="来源系统")),
                (
                    "external_no",
                    models.CharField(
                        blank=True, max_length=100, validators=[common.text.CleanText(100)], verbose_name="外部编号"
                    ),
                ),
                ("note", models.TextField(blank=True, validators=[common.text.CleanText()], verbose_name="备注")),
                ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                ("voided_at", models.DateTimeField(editable=False, null=True, verbose_name="作废时间")),
                (
                    "void_reason",
                    models.TextField(
                        blank=True, editable=False, validators=[common.text.CleanText()], verbose_name="作废原因"
                    ),
                ),
                ("changed_at", models.DateTimeField(editable=False, null=True)),
                ("imports", models.JSONField(default=list, editable=False)),
                (
                    "head",
                    models.CharField(max_length=100, validators=[common.text.CleanText(100)], verbose_name="户主"),
                ),
                ("kind", models.CharField(max_length=40, verbose_name="救助类别")),
                ("households", models.PositiveIntegerField(default=1, verbose_name="户数")),
                ("persons", models.PositiveIntegerField(verbose_name="人数")),
                ("confirmed_on", models.DateField(blank=True, null=True, verbose_name="确认日")),
                (
                    "refusal",
                    models.CharField(
                        blank=True, max_length=500, validators=[common.text.CleanText(500)], verbose_name="不予确认原因"
                    ),
                ),
                ("missed_on", models.DateField(blank=True, null=True, verbose_name="漏保核查日")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="退出日")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("pending", "受理中"),
                            ("on_books", "在册"),
                            ("missed", "漏保"),
                            ("refused", "不予确认"),
                            ("ended", "已退出"),
                        ],
                        db_index=True,
                        editable=False,
                        max_length=20,
                        verbose_name="环节",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="单位",
                    ),
                ),
                (
                    "version_of",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="livelihood.assistance",
                    ),
                ),
                (
                    "voided_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "社会救助",
                "verbose_name_plural": "社会救助",
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-day", "-id"], name="livelihood_assistance_day"),
                    models.Index(fields=["unit", "day"], name="livelihood_assistance_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("external_no", ""), _negated=True), ("version_of", None)),
                        fields=("source_system", "external_no"),
                        name="livelihood_assistance_external_once",
                        violation_error_message="这个外部编号已经登记过。",
                    )
                ],
            },
        ),
    ]
