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
            name="House",
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
                    models.CharField(max_length=200, validators=[common.text.CleanText(200)], verbose_name="房屋坐落"),
                ),
                ("use", models.CharField(max_length=40, verbose_name="用途")),
                ("grade", models.CharField(max_length=40, verbose_name="鉴定")),
                ("remedy", models.CharField(blank=True, max_length=40, verbose_name="处置")),
                ("vacated_on", models.DateField(blank=True, null=True, verbose_name="腾空日")),
                ("secured_on", models.DateField(blank=True, null=True, verbose_name="解危日")),
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
                        to="urban_rural.house",
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
                "verbose_name": "农村房屋",
                "verbose_name_plural": "农村房屋",
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-day", "-id"], name="urban_rural_house_day"),
                    models.Index(fields=["unit", "day"], name="urban_rural_house_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("external_no", ""), _negated=True), ("version_of", None)),
                        fields=("source_system", "external_no"),
                        name="urban_rural_house_external_once",
                        violation_error_message="这个外部编号已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Spot",
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
                    models.CharField(max_length=200, validators=[common.text.CleanText(200)], verbose_name="路段"),
                ),
                ("kind", models.CharField(max_length=40, verbose_name="类型")),
                ("source", models.CharField(max_length=40, verbose_name="来源")),
                (
                    "team",
                    models.CharField(
                        blank=True, max_length=100, validators=[common.text.CleanText(100)], verbose_name="处置队伍"
                    ),
                ),
                ("settled_on", models.DateField(blank=True, null=True, verbose_name="办结日")),
                ("recurrences", models.PositiveSmallIntegerField(default=0, verbose_name="复发次数")),
                (
                    "stage",
                    models.CharField(
                        choices=[("open", "整治中"), ("settled", "已办结")],
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
                        to="urban_rural.spot",
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
                "verbose_name": "整治点位",
                "verbose_name_plural": "整治点位",
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-day", "-id"], name="urban_rural_spot_day"),
                    models.Index(fields=["unit", "day"], name="urban_rural_spot_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("external_no", ""), _negated=True), ("version_of", None)),
                        fields=("source_system", "external_no"),
                        name="urban_rural_spot_external_once",
                        violation_error_message="这个外部编号已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Star",
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
                ("star", models.CharField(max_length=40, verbose_name="星")),
                ("self_assessed_on", models.DateField(blank=True, null=True, verbose_name="自评日")),
                ("checked_on", models.DateField(blank=True, null=True, verbose_name="初验日")),
                ("accepted_on", models.DateField(blank=True, null=True, verbose_name="区验收日")),
                ("recognised_on", models.DateField(blank=True, null=True, verbose_name="认定日")),
                ("withdrawn_on", models.DateField(blank=True, null=True, verbose_name="摘星日")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("begun", "启动"),
                            ("self_assessed", "自评"),
                            ("checked", "初验"),
                            ("accepted", "区验收"),
                            ("recognised", "认定"),
                            ("withdrawn", "摘星"),
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
                        to="urban_rural.star",
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
                "verbose_name": "五星创建",
                "verbose_name_plural": "五星创建",
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-day", "-id"], name="urban_rural_star_day"),
                    models.Index(fields=["unit", "day"], name="urban_rural_star_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("external_no", ""), _negated=True), ("version_of", None)),
                        fields=("source_system", "external_no"),
                        name="urban_rural_star_external_once",
                        violation_error_message="这个外部编号已经登记过。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("voided_at", None), ("withdrawn_on", None)),
                        fields=("unit", "star"),
                        name="urban_rural_star_once",
                        violation_error_message="这个村的这颗星已在创建或已认定。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Stretch",
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
                    models.CharField(max_length=200, validators=[common.text.CleanText(200)], verbose_name="路段"),
                ),
                ("kind", models.CharField(max_length=40, verbose_name="类型")),
                ("planned", common.fields.FigureField(verbose_name="计划米数")),
                ("done", common.fields.FigureField(default=Decimal("0"), verbose_name="完成米数")),
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
                        to="urban_rural.stretch",
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
                "verbose_name": "管网与道路",
                "verbose_name_plural": "管网与道路",
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-day", "-id"], name="urban_rural_stretch_day"),
                    models.Index(fields=["unit", "day"], name="urban_rural_stretch_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("external_no", ""), _negated=True), ("version_of", None)),
                        fields=("source_system", "external_no"),
                        name="urban_rural_stretch_external_once",
                        violation_error_message="这个外部编号已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="VillageTitle",
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
                ("title", models.CharField(max_length=40, verbose_name="称号")),
                ("recognised_on", models.DateField(blank=True, null=True, verbose_name="认定日")),
                ("withdrawn_on", models.DateField(blank=True, null=True, verbose_name="摘牌日")),
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
                        to="urban_rural.villagetitle",
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
                "verbose_name": "景区村与先行村",
                "verbose_name_plural": "景区村与先行村",
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-day", "-id"], name="urban_rural_villagetitle_day"),
                    models.Index(fields=["unit", "day"], name="urban_rural_villagetitle_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("external_no", ""), _negated=True), ("version_of", None)),
                        fields=("source_system", "external_no"),
                        name="urban_rural_villagetitle_external_once",
                        violation_error_message="这个外部编号已经登记过。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("voided_at", None), ("withdrawn_on", None)),
                        fields=("unit", "title"),
                        name="urban_rural_villagetitle_once",
                        violation_error_message="这个村的这个称号已在创建或已认定。",
                    ),
                ],
            },
        ),
    ]
