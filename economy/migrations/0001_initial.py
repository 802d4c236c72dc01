from decimal import Decimal

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
            name="Clearance",
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
                    "firm",
                    models.CharField(
                        max_length=200, validators=[common.text.CleanText(200)], verbose_name="企业或作坊"
                    ),
                ),
                ("credit_code", models.CharField(blank=True, max_length=40, verbose_name="统一社会信用代码")),
                (
                    "place",
                    models.CharField(
                        blank=True, max_length=200, validators=[common.text.CleanText(200)], verbose_name="地点"
                    ),
                ),
                ("disposition", models.CharField(max_length=40, verbose_name="处置")),
                ("accepted_on", models.DateField(blank=True, null=True, verbose_name="验收日")),
                ("relapsed_on", models.DateField(blank=True, null=True, verbose_name="回潮日")),
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
                        to="economy.clearance",
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
                "verbose_name": "低小散污出清",
                "verbose_name_plural": "低小散污出清",
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-day", "-id"], name="economy_clearance_day"),
                    models.Index(fields=["unit", "day"], name="economy_clearance_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("external_no", ""), _negated=True), ("version_of", None)),
                        fields=("source_system", "external_no"),
                        name="economy_clearance_external_once",
                        violation_error_message="这个外部编号已经登记过。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("relapsed_on", None), ("voided_at", None)),
                        fields=("unit", "firm"),
                        name="economy_clearance_once",
                        violation_error_message="这家已在出清名单上。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Enterprise",
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
                ("credit_code", models.CharField(max_length=40, verbose_name="统一社会信用代码")),
                (
                    "firm",
                    models.CharField(max_length=200, validators=[common.text.CleanText(200)], verbose_name="企业名称"),
                ),
                (
                    "park",
                    models.CharField(
                        blank=True, max_length=100, validators=[common.text.CleanText(100)], verbose_name="园区"
                    ),
                ),
                ("sector", models.CharField(max_length=40, verbose_name="行业")),
                (
                    "business",
                    models.CharField(
                        blank=True, max_length=200, validators=[common.text.CleanText(200)], verbose_name="主营业务"
                    ),
                ),
                ("status", models.CharField(default="operating", max_length=40, verbose_name="经营状态")),
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
                        to="economy.enterprise",
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
                "verbose_name": "企业",
                "verbose_name_plural": "企业",
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-day", "-id"], name="economy_enterprise_day"),
                    models.Index(fields=["unit", "day"], name="economy_enterprise_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("external_no", ""), _negated=True), ("version_of", None)),
                        fields=("source_system", "external_no"),
                        name="economy_enterprise_external_once",
                        violation_error_message="这个外部编号已经登记过。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("voided_at", None)),
                        fields=("credit_code",),
                        name="economy_enterprise_once",
                        violation_error_message="这家企业已经登记过。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FarmlandPatch",
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
                    "patch",
                    models.CharField(max_length=50, validators=[common.text.CleanText(50)], verbose_name="图斑编号"),
                ),
                (
                    "place",
                    models.CharField(
                        blank=True, max_length=200, validators=[common.text.CleanText(200)], verbose_name="位置"
                    ),
                ),
                ("source", models.CharField(max_length=40, verbose_name="来源")),
                ("kind", models.CharField(max_length=40, verbose_name="类型")),
                ("mu", common.fields.FigureField(verbose_name="面积（亩）")),
                ("disposal", models.CharField(blank=True, max_length=40, verbose_name="处置")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="销号日")),
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
                        to="economy.farmlandpatch",
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
                "verbose_name": "耕地图斑",
                "verbose_name_plural": "耕地图斑",
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-day", "-id"], name="economy_farmlandpatch_day"),
                    models.Index(fields=["unit", "day"], name="economy_farmlandpatch_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("external_no", ""), _negated=True), ("version_of", None)),
                        fields=("source_system", "external_no"),
                        name="economy_farmlandpatch_external_once",
                        violation_error_message="这个外部编号已经登记过。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("voided_at", None)),
                        fields=("patch",),
                        name="economy_farmlandpatch_once",
                        violation_error_message="这个图斑已经登记过。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FirmRequest",
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
                    "firm",
                    models.CharField(max_length=200, validators=[common.text.CleanText(200)], verbose_name="企业名称"),
                ),
                ("credit_code", models.CharField(blank=True, max_length=40, verbose_name="统一社会信用代码")),
                (
                    "what",
                    models.CharField(max_length=500, validators=[common.text.CleanText(500)], verbose_name="诉求"),
                ),
                ("kind", models.CharField(max_length=40, verbose_name="诉求类别")),
                (
                    "officer",
                    models.CharField(
                        blank=True, max_length=100, validators=[common.text.CleanText(100)], verbose_name="驻企员"
                    ),
                ),
                ("due", models.DateField(verbose_name="办理期限")),
                ("result", models.CharField(blank=True, max_length=40, verbose_name="结果")),
                ("answered_on", models.DateField(blank=True, null=True, verbose_name="办结日")),
                (
                    "stage",
                    models.CharField(
                        choices=[("open", "办理中"), ("escalated", "已提请上级"), ("answered", "已办结")],
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
                        to="economy.firmrequest",
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
                "verbose_name": "企业诉求",
                "verbose_name_plural": "企业诉求",
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-day", "-id"], name="economy_firmrequest_day"),
                    models.Index(fields=["unit", "day"], name="economy_firmrequest_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("external_no", ""), _negated=True), ("version_of", None)),
                        fields=("source_system", "external_no"),
                        name="economy_firmrequest_external_once",
                        violation_error_message="这个外部编号已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Grain",
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
                ("season", models.CharField(max_length=40, verbose_name="季别")),
                ("mu", common.fields.FigureField(verbose_name="面积（亩）")),
                ("per_mu", common.fields.FigureField(verbose_name="亩产（公斤）")),
                ("basis", models.CharField(default="reported", max_length=40, verbose_name="依据")),
                ("year", models.PositiveSmallIntegerField(editable=False, verbose_name="年度")),
                ("tonnes", common.fields.FigureField(editable=False, verbose_name="产量（吨）")),
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
                        to="economy.grain",
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
                "verbose_name": "粮食",
                "verbose_name_plural": "粮食",
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-day", "-id"], name="economy_grain_day"),
                    models.Index(fields=["unit", "day"], name="economy_grain_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("external_no", ""), _negated=True), ("version_of", None)),
                        fields=("source_system", "external_no"),
                        name="economy_grain_external_once",
                        violation_error_message="这个外部编号已经登记过。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("voided_at", None)),
                        fields=("unit", "season", "year"),
                        name="economy_grain_once",
                        violation_error_message="这个村这一季的产量已经登记过，请改那一条。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GrainZone",
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
                    "zone",
                    models.CharField(max_length=50, validators=[common.text.CleanText(50)], verbose_name="片区编号"),
                ),
                ("mu", common.fields.FigureField(verbose_name="面积（亩）")),
                (
                    "keeper",
                    models.CharField(max_length=100, validators=[common.text.CleanText(100)], verbose_name="管护人"),
                ),
                ("cared_until", models.DateField(blank=True, null=True, verbose_name="管护止")),
                ("ended_on", models.DateField(editable=False, null=True)),
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
                        to="economy.grainzone",
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
                "verbose_name": "粮食生产功能区",
                "verbose_name_plural": "粮食生产功能区",
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-day", "-id"], name="economy_grainzone_day"),
                    models.Index(fields=["unit", "day"], name="economy_grainzone_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("external_no", ""), _negated=True), ("version_of", None)),
                        fields=("source_system", "external_no"),
                        name="economy_grainzone_external_once",
                        violation_error_message="这个外部编号已经登记过。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("cared_until", None), ("voided_at", None)),
                        fields=("zone",),
                        name="economy_grainzone_open",
                        violation_error_message="这个片区已有人管护，先登记管护止。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("voided_at", None)),
                        fields=("zone", "day"),
                        name="economy_grainzone_once",
                        violation_error_message="这个片区这一天起的管护已经登记过。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LandRating",
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
                ("credit_code", models.CharField(max_length=40, verbose_name="统一社会信用代码")),
                (
                    "firm",
                    models.CharField(max_length=200, validators=[common.text.CleanText(200)], verbose_name="企业名称"),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="评价年度")),
                ("grade", models.CharField(max_length=40, verbose_name="亩均评价")),
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
                        to="economy.landrating",
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
                "verbose_name": "亩均评价",
                "verbose_name_plural": "亩均评价",
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-day", "-id"], name="economy_landrating_day"),
                    models.Index(fields=["unit", "day"], name="economy_landrating_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("external_no", ""), _negated=True), ("version_of", None)),
                        fields=("source_system", "external_no"),
                        name="economy_landrating_external_once",
                        violation_error_message="这个外部编号已经登记过。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("voided_at", None)),
                        fields=("credit_code", "year"),
                        name="economy_landrating_once",
                        violation_error_message="这家企业这一年度的评价已经登记过。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LibraryStay",
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
                ("credit_code", models.CharField(max_length=40, verbose_name="统一社会信用代码")),
                (
                    "firm",
                    models.CharField(max_length=200, validators=[common.text.CleanText(200)], verbose_name="企业名称"),
                ),
                ("category", models.CharField(max_length=40, verbose_name="在库类别")),
                ("left_on", models.DateField(blank=True, null=True, verbose_name="退库年月")),
                (
                    "reason",
                    models.CharField(
                        blank=True, max_length=200, validators=[common.text.CleanText(200)], verbose_name="退库原因"
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
                        to="economy.librarystay",
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
                "verbose_name": "在库",
                "verbose_name_plural": "在库",
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-day", "-id"], name="economy_librarystay_day"),
                    models.Index(fields=["unit", "day"], name="economy_librarystay_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("external_no", ""), _negated=True), ("version_of", None)),
                        fields=("source_system", "external_no"),
                        name="economy_librarystay_external_once",
                        violation_error_message="这个外部编号已经登记过。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("left_on", None), ("voided_at", None)),
                        fields=("credit_code",),
                        name="economy_librarystay_open",
                        violation_error_message="这家企业仍在库，先登记退库年月。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("voided_at", None)),
                        fields=("credit_code", "day"),
                        name="economy_librarystay_once",
                        violation_error_message="这家企业这个月的入库已经登记过。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Project",
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
                    models.CharField(max_length=200, validators=[common.text.CleanText(200)], verbose_name="项目名称"),
                ),
                (
                    "investor",
                    models.CharField(max_length=200, validators=[common.text.CleanText(200)], verbose_name="投资方"),
                ),
                ("total", common.fields.FigureField(verbose_name="总投资（万元）")),
                ("paid_in", common.fields.FigureField(default=Decimal("0"), verbose_name="到位资金（万元）")),
                ("signed_on", models.DateField(blank=True, null=True, verbose_name="签约日")),
                ("settled_on", models.DateField(blank=True, null=True, verbose_name="落地日")),
                ("land_on", models.DateField(blank=True, null=True, verbose_name="供地日")),
                ("started_on", models.DateField(blank=True, null=True, verbose_name="开工日")),
                ("producing_on", models.DateField(blank=True, null=True, verbose_name="投产日")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="终止日")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("talks", "在谈"),
                            ("signed", "签约"),
                            ("settled", "落地"),
                            ("land", "供地"),
                            ("started", "开工"),
                            ("producing", "投产"),
                            ("ended", "终止"),
                        ],
                        db_index=True,
                        editable=False,
                        max_length=20,
                        verbose_name="阶段",
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
                        to="economy.project",
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
                "verbose_name": "招商项目",
                "verbose_name_plural": "招商项目",
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-day", "-id"], name="economy_project_day"),
                    models.Index(fields=["unit", "day"], name="economy_project_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("external_no", ""), _negated=True), ("version_of", None)),
                        fields=("source_system", "external_no"),
                        name="economy_project_external_once",
                        violation_error_message="这个外部编号已经登记过。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None), ("voided_at", None)),
                        fields=("unit", "what"),
                        name="economy_project_once",
                        violation_error_message="这个项目已经登记过。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Recognition",
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
                ("credit_code", models.CharField(max_length=40, verbose_name="统一社会信用代码")),
                (
                    "firm",
                    models.CharField(max_length=200, validators=[common.text.CleanText(200)], verbose_name="企业名称"),
                ),
                ("kind", models.CharField(max_length=40, verbose_name="认定类别")),
                ("sector", models.CharField(max_length=40, verbose_name="行业")),
                (
                    "department",
                    models.CharField(max_length=100, validators=[common.text.CleanText(100)], verbose_name="认定部门"),
                ),
                (
                    "document",
                    models.CharField(
                        blank=True, max_length=100, validators=[common.text.CleanText(100)], verbose_name="批次文号"
                    ),
                ),
                ("is_renewal", models.BooleanField(default=False, verbose_name="复核")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="有效期至")),
                ("revoked_on", models.DateField(blank=True, null=True, verbose_name="撤销日")),
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
                        to="economy.recognition",
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
                "verbose_name": "认定",
                "verbose_name_plural": "认定",
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-day", "-id"], name="economy_recognition_day"),
                    models.Index(fields=["unit", "day"], name="economy_recognition_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("external_no", ""), _negated=True), ("version_of", None)),
                        fields=("source_system", "external_no"),
                        name="economy_recognition_external_once",
                        violation_error_message="这个外部编号已经登记过。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_renewal", False), ("revoked_on", None), ("voided_at", None)),
                        fields=("credit_code", "kind"),
                        name="economy_recognition_once",
                        violation_error_message="这家企业的这项认定已经登记过；期满再认定的是复核。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reuse",
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
                    "place",
                    models.CharField(
                        max_length=200, validators=[common.text.CleanText(200)], verbose_name="地块或厂房"
                    ),
                ),
                ("kind", models.CharField(max_length=40, verbose_name="盘活对象")),
                ("area", common.fields.FigureField(verbose_name="面积（㎡）")),
                (
                    "owner",
                    models.CharField(
                        blank=True, max_length=100, validators=[common.text.CleanText(100)], verbose_name="权属"
                    ),
                ),
                ("way", models.CharField(max_length=40, verbose_name="盘活方式")),
                (
                    "user",
                    models.CharField(
                        blank=True, max_length=200, validators=[common.text.CleanText(200)], verbose_name="使用单位"
                    ),
                ),
                ("in_use_on", models.DateField(blank=True, null=True, verbose_name="投用日")),
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
                        to="economy.reuse",
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
                "verbose_name": "盘活",
                "verbose_name_plural": "盘活",
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-day", "-id"], name="economy_reuse_day"),
                    models.Index(fields=["unit", "day"], name="economy_reuse_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("external_no", ""), _negated=True), ("version_of", None)),
                        fields=("source_system", "external_no"),
                        name="economy_reuse_external_once",
                        violation_error_message="这个外部编号已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Talent",
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
                    "person",
                    models.CharField(max_length=100, validators=[common.text.CleanText(100)], verbose_name="姓名"),
                ),
                ("kind", models.CharField(max_length=40, verbose_name="人才类别")),
                ("level", models.CharField(max_length=40, verbose_name="层级")),
                ("employment", models.CharField(default="full_time", max_length=40, verbose_name="用人方式")),
                (
                    "employer",
                    models.CharField(max_length=200, validators=[common.text.CleanText(200)], verbose_name="用人单位"),
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
                        to="economy.talent",
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
                "verbose_name": "人才",
                "verbose_name_plural": "人才",
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-day", "-id"], name="economy_talent_day"),
                    models.Index(fields=["unit", "day"], name="economy_talent_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("external_no", ""), _negated=True), ("version_of", None)),
                        fields=("source_system", "external_no"),
                        name="economy_talent_external_once",
                        violation_error_message="这个外部编号已经登记过。",
                    )
                ],
            },
        ),
    ]
