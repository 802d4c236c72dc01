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
    ]

    operations = [
        migrations.CreateModel(
            name="Accident",
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
                    "what",
                    models.CharField(max_length=500, validators=[common.text.CleanText(500)], verbose_name="事故"),
                ),
                (
                    "place",
                    models.CharField(
                        blank=True, max_length=200, validators=[common.text.CleanText(200)], verbose_name="地点"
                    ),
                ),
                ("kind", models.CharField(max_length=40, verbose_name="类别")),
                ("grade", models.CharField(default="general", max_length=40, verbose_name="等级")),
                ("deaths", models.PositiveIntegerField(default=0, verbose_name="死亡")),
                ("severe", models.PositiveIntegerField(default=0, verbose_name="重伤")),
                ("slight", models.PositiveIntegerField(default=0, verbose_name="轻伤")),
                ("casualties_on", models.DateField(blank=True, null=True, verbose_name="伤亡截至")),
                ("loss", common.fields.FigureField(blank=True, null=True, verbose_name="直接损失（万元）")),
                ("in_statistics", models.CharField(default="pending", max_length=40, verbose_name="纳入统计")),
                (
                    "recognised_by",
                    models.CharField(
                        blank=True, max_length=200, validators=[common.text.CleanText(200)], verbose_name="认定单位"
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
                        to="safety.accident",
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
                "verbose_name": "事故",
                "verbose_name_plural": "事故",
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-day", "-id"], name="safety_accident_day"),
                    models.Index(fields=["unit", "day"], name="safety_accident_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("external_no", ""), _negated=True), ("version_of", None)),
                        fields=("source_system", "external_no"),
                        name="safety_accident_external_once",
                        violation_error_message="这个外部编号已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Dispute",
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
                    "what",
                    models.CharField(max_length=500, validators=[common.text.CleanText(500)], verbose_name="诉求"),
                ),
                (
                    "petitioner",
                    models.CharField(max_length=100, validators=[common.text.CleanText(100)], verbose_name="信访人"),
                ),
                ("kind", models.CharField(max_length=40, verbose_name="类别")),
                (
                    "leader",
                    models.CharField(
                        blank=True, max_length=100, validators=[common.text.CleanText(100)], verbose_name="包案领导"
                    ),
                ),
                ("accepted_on", models.DateField(blank=True, null=True, verbose_name="受理日")),
                ("extended_days", models.PositiveSmallIntegerField(default=0, verbose_name="延长天数")),
                ("settled_on", models.DateField(blank=True, null=True, verbose_name="办结日")),
                ("result", models.CharField(blank=True, max_length=40, verbose_name="结果")),
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
                        to="safety.dispute",
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
                "verbose_name": "信访与纠纷",
                "verbose_name_plural": "信访与纠纷",
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-day", "-id"], name="safety_dispute_day"),
                    models.Index(fields=["unit", "day"], name="safety_dispute_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("external_no", ""), _negated=True), ("version_of", None)),
                        fields=("source_system", "external_no"),
                        name="safety_dispute_external_once",
                        violation_error_message="这个外部编号已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Equipment",
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
                ("kind", models.CharField(max_length=40, verbose_name="设备类别")),
                (
                    "certificate",
                    models.CharField(
                        max_length=100, validators=[common.text.CleanText(100)], verbose_name="使用登记证号"
                    ),
                ),
                (
                    "user",
                    models.CharField(max_length=200, validators=[common.text.CleanText(200)], verbose_name="使用单位"),
                ),
                (
                    "place",
                    models.CharField(
                        blank=True, max_length=200, validators=[common.text.CleanText(200)], verbose_name="安装地点"
                    ),
                ),
                ("next_inspection", models.DateField(verbose_name="下次检验日")),
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
                        to="safety.equipment",
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
                "verbose_name": "特种设备",
                "verbose_name_plural": "特种设备",
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-day", "-id"], name="safety_equipment_day"),
                    models.Index(fields=["unit", "day"], name="safety_equipment_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("external_no", ""), _negated=True), ("version_of", None)),
                        fields=("source_system", "external_no"),
                        name="safety_equipment_external_once",
                        violation_error_message="这个外部编号已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Hazard",
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
                    "subject",
                    models.CharField(
                        max_length=200, validators=[common.text.CleanText(200)], verbose_name="单位或场所"
                    ),
                ),
                (
                    "what",
                    models.CharField(max_length=500, validators=[common.text.CleanText(500)], verbose_name="隐患"),
                ),
                ("source", models.CharField(max_length=40, verbose_name="来源")),
                ("area", models.CharField(max_length=40, verbose_name="领域")),
                ("grade", models.CharField(default="general", max_length=40, verbose_name="等级")),
                (
                    "clause",
                    models.CharField(
                        blank=True, max_length=200, validators=[common.text.CleanText(200)], verbose_name="判定条款"
                    ),
                ),
                (
                    "recognised_by",
                    models.CharField(
                        blank=True, max_length=200, validators=[common.text.CleanText(200)], verbose_name="认定单位"
                    ),
                ),
                (
                    "responsible",
                    models.CharField(
                        blank=True, max_length=100, validators=[common.text.CleanText(100)], verbose_name="整改责任人"
                    ),
                ),
                (
                    "remedy",
                    models.CharField(
                        blank=True, max_length=500, validators=[common.text.CleanText(500)], verbose_name="整改措施"
                    ),
                ),
                ("funds", common.fields.FigureField(blank=True, null=True, verbose_name="整改资金（万元）")),
                (
                    "contingency",
                    models.CharField(
                        blank=True, max_length=200, validators=[common.text.CleanText(200)], verbose_name="应急预案"
                    ),
                ),
                ("on_the_spot", models.BooleanField(default=False, verbose_name="当场整改")),
                ("due", models.DateField(blank=True, null=True, verbose_name="整改期限")),
                ("extended_to", models.DateField(blank=True, null=True, verbose_name="延期至")),
                (
                    "extension_approved_by",
                    models.CharField(
                        blank=True, max_length=100, validators=[common.text.CleanText(100)], verbose_name="延期批准人"
                    ),
                ),
                ("rectified_on", models.DateField(blank=True, null=True, verbose_name="整改完成日")),
                (
                    "rectified_by",
                    models.CharField(
                        blank=True, max_length=100, validators=[common.text.CleanText(100)], verbose_name="整改人"
                    ),
                ),
                ("recheck", models.CharField(blank=True, max_length=40, verbose_name="复查")),
                ("rechecked_on", models.DateField(blank=True, null=True, verbose_name="复查日")),
                (
                    "rechecked_by",
                    models.CharField(
                        blank=True, max_length=100, validators=[common.text.CleanText(100)], verbose_name="复查人"
                    ),
                ),
                ("transferred_on", models.DateField(blank=True, null=True, verbose_name="移送执法日")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="销号日")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("rectifying", "整改中"),
                            ("to_recheck", "待复查"),
                            ("transferred", "移送执法"),
                            ("closed", "已销号"),
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
                        to="safety.hazard",
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
                "verbose_name": "隐患",
                "verbose_name_plural": "隐患",
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-day", "-id"], name="safety_hazard_day"),
                    models.Index(fields=["unit", "day"], name="safety_hazard_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("external_no", ""), _negated=True), ("version_of", None)),
                        fields=("source_system", "external_no"),
                        name="safety_hazard_external_once",
                        violation_error_message="这个外部编号已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SharedPlant",
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
                    "plant",
                    models.CharField(max_length=200, validators=[common.text.CleanText(200)], verbose_name="厂房"),
                ),
                (
                    "owner",
                    models.CharField(max_length=200, validators=[common.text.CleanText(200)], verbose_name="业主"),
                ),
                ("tenants", models.PositiveIntegerField(verbose_name="承租户数")),
                (
                    "tenant_names",
                    models.CharField(
                        blank=True, max_length=500, validators=[common.text.CleanText(500)], verbose_name="承租单位"
                    ),
                ),
                ("problems", models.PositiveIntegerField(default=0, verbose_name="发现问题")),
                ("settled", models.PositiveIntegerField(default=0, verbose_name="已整改")),
                (
                    "finding",
                    models.CharField(
                        blank=True, max_length=500, validators=[common.text.CleanText(500)], verbose_name="检查情况"
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
                        to="safety.sharedplant",
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
                "verbose_name": "一厂多租",
                "verbose_name_plural": "一厂多租",
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-day", "-id"], name="safety_sharedplant_day"),
                    models.Index(fields=["unit", "day"], name="safety_sharedplant_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("external_no", ""), _negated=True), ("version_of", None)),
                        fields=("source_system", "external_no"),
                        name="safety_sharedplant_external_once",
                        violation_error_message="这个外部编号已经登记过。",
                    )
                ],
            },
        ),
    ]
