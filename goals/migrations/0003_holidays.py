"""The holidays of the years that chinesecalendar knows, from 2021; planners edit them. Undone: nothing."""

import chinese_calendar
from django.db import migrations
from django.utils import timezone

FIRST_YEAR, SATURDAY = 2021, 5


def seed(apps, editor):
    days = {**{d: (False, h) for d, h in chinese_calendar.holidays.items()}}
    days |= {d: (True, h) for d, h in chinese_calendar.workdays.items()}
    model = apps.get_model("goals", "CalendarDay")
    model.objects.bulk_create(
        [
            model(day=day, is_working=worked, name=chinese_calendar.Holiday(name).chinese, updated_at=timezone.now())
            for day, (worked, name) in sorted(days.items())
            if day.year >= FIRST_YEAR and worked != (day.weekday() < SATURDAY)
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("goals", "0002_default_profile")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
