"""Initials for the names that are there already. Undone by dropping the column."""

from typing import Any

from django.db import migrations

from common.pinyin import fill_initials


def fill(apps: Any, editor: Any) -> None:
    for name in ("Indicator", "Target"):
        fill_initials(apps.get_model("goals", name))


class Migration(migrations.Migration):
    dependencies = [("goals", "0013_initials")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
