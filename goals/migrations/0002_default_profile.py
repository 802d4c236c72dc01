"""The built-in warning profile, so that a portal without any document of its own can judge. Undone: nothing."""

from django.db import migrations

BANDS = {
    "total": {"points": "10"},
    "level": {"points": "10"},
    "milestones": {"points": "10"},
    "growth": {"points": "2", "share_of_goal": "10"},
    "share": {"points": "1"},
}


def make_default(apps, editor):
    apps.get_model("goals", "WarningProfile").objects.get_or_create(
        code="default", edition=1, defaults={"source": "本系统默认值，无文件依据", "bands": BANDS}
    )


class Migration(migrations.Migration):
    dependencies = [("goals", "0001_initial")]
    operations = [migrations.RunPython(make_default, migrations.RunPython.noop)]
