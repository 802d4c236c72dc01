"""What was known of works, from when on; for those that stand already, from the postponements that were granted."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import django.db.models.deletion
from django.db import migrations, models

import common.fields

ZONE = ZoneInfo("Asia/Shanghai")
BEGINNING = datetime(2000, 1, 1, tzinfo=ZONE)


def write_versions(apps, schema_editor):
    """The first with the dates first promised, another for each date that was moved; acceptance carries its moment."""
    project_model, version_model = (apps.get_model("projects", name) for name in ("Project", "ScheduleVersion"))
    made = []
    found = project_model.objects.order_by("pk").prefetch_related("milestones", "postponements")
    for project in found.iterator(chunk_size=500):
        milestones = sorted(project.milestones.all(), key=lambda m: (m.order, m.pk))
        moved = [p for p in project.postponements.all() if p.state == "granted" and p.decided_on]
        moved.sort(key=lambda p: (p.decided_on, p.pk))
        due, dues = project.due, {m.pk: m.due for m in milestones}
        versions = []
        for postponement in reversed(moved):
            at = datetime.combine(postponement.decided_on, time.min, tzinfo=ZONE)
            versions.append(version_model(known_from=at, due=due, steps=plain(milestones, dues)))
            if postponement.milestone_id in dues:
                dues = dues | {postponement.milestone_id: postponement.old_due}
            elif postponement.milestone_id is None:
                due = postponement.old_due
                # The default milestone moves with the work.
                dues = dues | {m.pk: due for m in milestones if m.is_default and m.state == "planned"}
        versions.append(version_model(known_from=BEGINNING, due=due, steps=plain(milestones, dues)))
        for version in reversed(versions):
            version.project_id, version.weight, version.target_id = project.pk, project.weight, project.target_id
            made.append(version)
    version_model.objects.bulk_create(made, batch_size=1_000)


def plain(milestones, dues):
    steps = []
    for m in milestones:
        done = m.done_on if m.state == "accepted" else None
        moment = m.decided_at.isoformat() if done and m.decided_at else None
        steps.append(
            [str(m.weight), dues[m.pk].isoformat(), done and done.isoformat(), moment, m.is_default, m.pk, m.name]
        )
    return steps


class Migration(migrations.Migration):
    dependencies = [
        ("goals", "0010_notices_of_orders"),
        ("projects", "0003_fill_initials"),
    ]

    operations = [
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
        migrations.RunPython(write_versions, migrations.RunPython.noop),
    ]
