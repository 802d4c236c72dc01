from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Head",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sequence", models.BigIntegerField(default=0)),
                ("digest", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "verbose_name": "审计链末端",
                "verbose_name_plural": "审计链末端",
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sequence", models.BigIntegerField(unique=True, verbose_name="序号")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("action", models.CharField(max_length=60, verbose_name="动作")),
                ("actor_id", models.BigIntegerField(null=True, verbose_name="操作人编号")),
                ("actor_name", models.CharField(blank=True, max_length=200, verbose_name="操作人")),
                ("role", models.CharField(blank=True, max_length=100, verbose_name="角色")),
                ("unit_code", models.CharField(blank=True, max_length=100, verbose_name="单位代码")),
                ("unit_name", models.CharField(blank=True, max_length=200, verbose_name="单位")),
                ("origin", models.CharField(blank=True, max_length=64, verbose_name="来源")),
                ("record", models.CharField(max_length=60, verbose_name="对象类别")),
                ("record_id", models.CharField(max_length=120, verbose_name="对象")),
                ("before", models.JSONField(default=dict, verbose_name="变更前")),
                ("after", models.JSONField(default=dict, verbose_name="变更后")),
                ("digest", models.CharField(max_length=64, verbose_name="摘要")),
            ],
            options={
                "verbose_name": "审计事件",
                "verbose_name_plural": "审计事件",
                "ordering": ["sequence"],
                "indexes": [
                    models.Index(fields=["record", "record_id"], name="audit_event_record_8f1f73_idx"),
                    models.Index(fields=["at"], name="audit_event_by_moment"),
                ],
            },
        ),
    ]
