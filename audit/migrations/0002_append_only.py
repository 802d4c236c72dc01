"""The chain's head, and the triggers that keep events as they were written. Undone by dropping them."""

from django.db import migrations

from audit import triggers


def put_up(apps, editor):
    apps.get_model("audit", "Head").objects.get_or_create(pk=1)
    triggers.create(editor.connection)


def take_down(apps, editor):
    triggers.drop(editor.connection)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(put_up, take_down)]
