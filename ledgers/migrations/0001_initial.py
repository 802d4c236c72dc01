import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ListEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("list", models.CharField(max_length=100, verbose_name="清单")),
                ("code", models.CharField(max_length=40, verbose_name="代码")),
                ("name", models.CharField(blank=True, max_length=100, verbose_name="名称")),
                ("is_retired", models.BooleanField(default=False, verbose_name="停用")),
            ],
            options={
                "verbose_name": "清单条目",
                "verbose_name_plural": "清单条目",
                "constraints": [models.UniqueConstraint(fields=("list", "code"), name="list_entry_once")],
            },
        ),
        migrations.CreateModel(
            name="Confirmation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ledger", models.CharField(max_length=100, verbose_name="台账")),
                ("through", models.DateField(verbose_name="核对至")),
                ("confirmed_at", models.DateTimeField(verbose_name="核对时间")),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "root",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "台账核对",
                "verbose_name_plural": "台账核对",
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["ledger", "root"], name="confirmation_of_ledger")],
            },
        ),
        migrations.CreateModel(
            name="Upkeep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ledger", models.CharField(max_length=100, verbose_name="台账")),
                ("counts", models.JSONField(blank=True, default=dict)),
                ("set_at", models.DateTimeField(verbose_name="设置时间")),
                (
                    "office",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="主管单位",
                    ),
                ),
                (
                    "root",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.unit"
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "台账设置",
                "verbose_name_plural": "台账设置",
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["ledger", "root"], name="upkeep_of_ledger")],
            },
        ),
    ]
