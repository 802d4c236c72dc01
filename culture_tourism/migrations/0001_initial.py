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
            name="Farmhouse",
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
                    models.CharField(max_length=200, validators=[common.text.CleanText(200)], verbose_name="农房坐落"),
                ),
                ("buildings", models.PositiveIntegerField(default=1, verbose_name="幢数")),
                ("area", common.fields.FigureField(verbose_name="面积（平方米）")),
                ("ownership", models.CharField(max_length=40, verbose_name="权属")),
                (
                    "purpose",
                    models.CharField(
                        blank=True, max_length=200, validators=[common.text.CleanText(200)], verbose_name="用途"
                    ),
                ),
                (
                    "tenant",
                    models.CharField(
                        blank=True, max_length=200, validators=[common.text.CleanText(200)], verbose_name="主体"
                    ),
                ),
                ("signed_on", models.DateField(blank=True, null=True, verbose_name="签约日")),
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
                        to="culture_tourism.farmhouse",
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
                "verbose_name": "闲置农房",
                "verbose_name_plural": "闲置农房",
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-day", "-id"], name="culture_tourism_farmhouse_day"),
                    models.Index(fields=["unit", "day"], name="culture_tourism_farmhouse_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("external_no", ""), _negated=True), ("version_of", None)),
                        fields=("source_system", "external_no"),
                        name="culture_tourism_farmhouse_external_once",
                        violation_error_message="这个外部编号已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Festival",
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
                ("season", models.CharField(max_length=40, verbose_name="季")),
                (
                    "name",
                    models.CharField(max_length=100, validators=[common.text.CleanText(100)], verbose_name="活动"),
                ),
                (
                    "place",
                    models.CharField(
                        blank=True, max_length=200, validators=[common.text.CleanText(200)], verbose_name="地点"
                    ),
                ),
                ("visitors", models.PositiveIntegerField(blank=True, null=True, verbose_name="人次")),
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
                        to="culture_tourism.festival",
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
                "verbose_name": "四季活动",
                "verbose_name_plural": "四季活动",
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-day", "-id"], name="culture_tourism_festival_day"),
                    models.Index(fields=["unit", "day"], name="culture_tourism_festival_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("external_no", ""), _negated=True), ("version_of", None)),
                        fields=("source_system", "external_no"),
                        name="culture_tourism_festival_external_once",
                        violation_error_message="这个外部编号已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Hall",
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
                    models.CharField(max_length=100, validators=[common.text.CleanText(100)], verbose_name="文化礼堂"),
                ),
                (
                    "content",
                    models.CharField(
                        blank=True, max_length=500, validators=[common.text.CleanText(500)], verbose_name="改造内容"
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
                        to="culture_tourism.hall",
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
                "verbose_name": "文化礼堂",
                "verbose_name_plural": "文化礼堂",
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-day", "-id"], name="culture_tourism_hall_day"),
                    models.Index(fields=["unit", "day"], name="culture_tourism_hall_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("external_no", ""), _negated=True), ("version_of", None)),
                        fields=("source_system", "external_no"),
                        name="culture_tourism_hall_external_once",
                        violation_error_message="这个外部编号已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Highlight",
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
                ("brand", models.CharField(max_length=40, verbose_name="品牌")),
                ("number", models.PositiveSmallIntegerField(verbose_name="序号")),
                (
                    "name",
                    models.CharField(max_length=100, validators=[common.text.CleanText(100)], verbose_name="名称"),
                ),
                (
                    "host",
                    models.CharField(
                        blank=True, max_length=200, validators=[common.text.CleanText(200)], verbose_name="主体"
                    ),
                ),
                ("built_from", models.DateField(blank=True, null=True, verbose_name="建设日")),
                ("launched_on", models.DateField(blank=True, null=True, verbose_name="推出日")),
                (
                    "stage",
                    models.CharField(
                        choices=[("planned", "策划"), ("building", "建设"), ("launched", "推出")],
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
                        to="culture_tourism.highlight",
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
                "verbose_name": "六景八味",
                "verbose_name_plural": "六景八味",
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-day", "-id"], name="culture_tourism_highlight_day"),
                    models.Index(fields=["unit", "day"], name="culture_tourism_highlight_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("external_no", ""), _negated=True), ("version_of", None)),
                        fields=("source_system", "external_no"),
                        name="culture_tourism_highlight_external_once",
                        violation_error_message="这个外部编号已经登记过。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("voided_at", None)),
                        fields=("unit", "number", "brand"),
                        name="culture_tourism_highlight_once",
                        violation_error_message="这个单位的这个序号已经登记过。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Residence",
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
                    models.CharField(max_length=100, validators=[common.text.CleanText(100)], verbose_name="故居"),
                ),
                (
                    "person",
                    models.CharField(max_length=100, validators=[common.text.CleanText(100)], verbose_name="名人"),
                ),
                ("level", models.CharField(max_length=40, verbose_name="文保级别")),
                (
                    "approval",
                    models.CharField(
                        blank=True, max_length=100, validators=[common.text.CleanText(100)], verbose_name="方案批复文号"
                    ),
                ),
                ("repair_from", models.DateField(blank=True, null=True, verbose_name="修缮起")),
                ("repair_to", models.DateField(blank=True, null=True, verbose_name="修缮止")),
                ("accepted_on", models.DateField(blank=True, null=True, verbose_name="验收日")),
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
                        to="culture_tourism.residence",
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
                "verbose_name": "名人故居",
                "verbose_name_plural": "名人故居",
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-day", "-id"], name="culture_tourism_residence_day"),
                    models.Index(fields=["unit", "day"], name="culture_tourism_residence_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("external_no", ""), _negated=True), ("version_of", None)),
                        fields=("source_system", "external_no"),
                        name="culture_tourism_residence_external_once",
                        violation_error_message="这个外部编号已经登记过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Worthy",
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
                    models.CharField(max_length=100, validators=[common.text.CleanText(100)], verbose_name="乡贤"),
                ),
                ("contact", models.CharField(max_length=40, verbose_name="联系")),
                (
                    "what",
                    models.CharField(max_length=500, validators=[common.text.CleanText(500)], verbose_name="事项"),
                ),
                ("invested", common.fields.FigureField(blank=True, null=True, verbose_name="回归投资（万元）")),
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
                        to="culture_tourism.worthy",
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
                "verbose_name": "乡贤",
                "verbose_name_plural": "乡贤",
                "ordering": ["-day", "-pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["-day", "-id"], name="culture_tourism_worthy_day"),
                    models.Index(fields=["unit", "day"], name="culture_tourism_worthy_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("external_no", ""), _negated=True), ("version_of", None)),
                        fields=("source_system", "external_no"),
                        name="culture_tourism_worthy_external_once",
                        violation_error_message="这个外部编号已经登记过。",
                    )
                ],
            },
        ),
    ]
