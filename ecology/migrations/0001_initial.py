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
            name="Air",
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
                    "site",
                    models.CharField(max_length=200, validators=[common.text.CleanText(200)], verbose_name="监测点"),
                ),
                ("aqi", common.fields.FigureField(verbose_name="AQI")),
                ("pm25", common.fields.FigureField(verbose_name="PM2.5（μg/m³）")),
                ("good_days", common.fields.FigureField(blank=True, null=True, verbose_name="优良天数比例（%）")),
                ("rank", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="镇街排名")),
                ("ranked", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="参排镇街数")),
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
                        to="ecology.air",
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
                "verbose_name": "空气质量",
                "verbose_name_plural": "空气质量",
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-day", "-id"], name="ecology_air_day"),
                    models.Index(fields=["unit", "day"], name="ecology_air_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("external_no", ""), _negated=True), ("version_of", None)),
                        fields=("source_system", "external_no"),
                        name="ecology_air_external_once",
                        violation_error_message="这个外部编号已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Clause",
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
                    "number",
                    models.CharField(max_length=40, validators=[common.text.CleanText(40)], verbose_name="条款"),
                ),
                (
                    "what",
                    models.CharField(max_length=500, validators=[common.text.CleanText(500)], verbose_name="内容"),
                ),
                ("points", common.fields.FigureField(verbose_name="分值")),
                ("is_veto", models.BooleanField(default=False, verbose_name="否决项")),
                ("self_score", common.fields.FigureField(blank=True, null=True, verbose_name="自评分")),
                ("state", models.CharField(default="not_started", max_length=40, verbose_name="验收状态")),
                (
                    "proof",
                    models.CharField(
                        blank=True, max_length=500, validators=[common.text.CleanText(500)], verbose_name="佐证"
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
                        to="ecology.clause",
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
                "verbose_name": "湿地验收条款",
                "verbose_name_plural": "湿地验收清单",
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-day", "-id"], name="ecology_clause_day"),
                    models.Index(fields=["unit", "day"], name="ecology_clause_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("external_no", ""), _negated=True), ("version_of", None)),
                        fields=("source_system", "external_no"),
                        name="ecology_clause_external_once",
                        violation_error_message="这个外部编号已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Fire",
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
                    models.CharField(max_length=200, validators=[common.text.CleanText(200)], verbose_name="地点"),
                ),
                ("source", models.CharField(max_length=40, verbose_name="火点来源")),
                ("minutes", models.PositiveIntegerField(blank=True, null=True, verbose_name="处置时长（分钟）")),
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
                        to="ecology.fire",
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
                "verbose_name": "秸秆焚烧火点",
                "verbose_name_plural": "秸秆焚烧火点",
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-day", "-id"], name="ecology_fire_day"),
                    models.Index(fields=["unit", "day"], name="ecology_fire_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("external_no", ""), _negated=True), ("version_of", None)),
                        fields=("source_system", "external_no"),
                        name="ecology_fire_external_once",
                        violation_error_message="这个外部编号已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Sample",
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
                    "station",
                    models.CharField(max_length=100, validators=[common.text.CleanText(100)], verbose_name="断面编号"),
                ),
                ("ph", common.fields.FigureField(verbose_name="pH")),
                ("oxygen", common.fields.FigureField(verbose_name="溶解氧（mg/L）")),
                ("saturation", common.fields.FigureField(blank=True, null=True, verbose_name="溶解氧饱和度（%）")),
                ("permanganate", common.fields.FigureField(verbose_name="高锰酸盐指数（mg/L）")),
                ("ammonia", common.fields.FigureField(verbose_name="氨氮（mg/L）")),
                ("phosphorus", common.fields.FigureField(verbose_name="总磷（mg/L）")),
                ("station_name", models.CharField(editable=False, max_length=200, verbose_name="断面")),
                ("function", models.CharField(editable=False, max_length=40, verbose_name="功能目标")),
                (
                    "grade",
                    models.CharField(
                        choices=[("1", "Ⅰ类"), ("2", "Ⅱ类"), ("3", "Ⅲ类"), ("4", "Ⅳ类"), ("5", "Ⅴ类"), ("6", "劣Ⅴ类")],
                        db_index=True,
                        editable=False,
                        max_length=1,
                        verbose_name="水质类别",
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
                        to="ecology.sample",
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
                "verbose_name": "水质采样",
                "verbose_name_plural": "水质采样",
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-day", "-id"], name="ecology_sample_day"),
                    models.Index(fields=["unit", "day"], name="ecology_sample_unit"),
                    models.Index(fields=["station", "day"], name="sample_of_station"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("external_no", ""), _negated=True), ("version_of", None)),
                        fields=("source_system", "external_no"),
                        name="ecology_sample_external_once",
                        violation_error_message="这个外部编号已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Station",
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
                    models.CharField(max_length=200, validators=[common.text.CleanText(200)], verbose_name="断面名称"),
                ),
                ("water", models.CharField(max_length=40, verbose_name="水体类型")),
                ("function", models.CharField(max_length=40, verbose_name="功能目标")),
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
                        to="ecology.station",
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
                "verbose_name": "水质断面",
                "verbose_name_plural": "水质断面",
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-day", "-id"], name="ecology_station_day"),
                    models.Index(fields=["unit", "day"], name="ecology_station_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("external_no", ""), _negated=True), ("version_of", None)),
                        fields=("source_system", "external_no"),
                        name="ecology_station_external_once",
                        violation_error_message="这个外部编号已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WasteCheck",
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
                    models.CharField(max_length=200, validators=[common.text.CleanText(200)], verbose_name="检查范围"),
                ),
                ("taking_part", common.fields.FigureField(verbose_name="参与率（%）")),
                ("accuracy", common.fields.FigureField(verbose_name="准确率（%）")),
                ("score", common.fields.FigureField(verbose_name="得分")),
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
                        to="ecology.wastecheck",
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
                "verbose_name": "垃圾分类检查",
                "verbose_name_plural": "垃圾分类检查",
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-day", "-id"], name="ecology_wastecheck_day"),
                    models.Index(fields=["unit", "day"], name="ecology_wastecheck_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("external_no", ""), _negated=True), ("version_of", None)),
                        fields=("source_system", "external_no"),
                        name="ecology_wastecheck_external_once",
                        violation_error_message="这个外部编号已经登记过。",
                    )
                ],
            },
        ),
    ]
