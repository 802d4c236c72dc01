"""Initials for the names that are there already. Undone by dropping the column."""

from typing import Any

from django.db import migrations

from common.pinyin import fill_initials


def fill(apps: Any, editor: Any) -> None:
    for name in ("Unit",):
        fill_initials(apps.get_model("accounts", name))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_initials")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
