"""What an operator runs by hand, and what the schedule runs."""

from io import StringIO
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings as SettingsWrapper

from accounts.models import User
from goals import tasks
from goals.digest import Sent
from goals.models import Notice, Plan, Progress, Sweep, Target
from goals.progress.recompute import mark
from goals.tests.factories import make_office, make_target
from goals.tests.pages.factories import make_cast

pytestmark = pytest.mark.django_db
FILE = Path(__file__).resolve().parents[2] / "data" / "plan-2022.yaml"


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_load_plan_says_what_it_made_and_that_nothing_changed() -> None:
    assert "+345" in run("load_plan", str(FILE))
    assert "无变化" in run("load_plan", str(FILE))


def test_a_dry_run_makes_nothing() -> None:
    assert "--dry-run" in run("load_plan", str(FILE), "--dry-run")
    assert not Plan.objects.exists()


def test_load_plan_takes_the_assignment_sheet_along(tmp_path: Path) -> None:
    make_office()
    sheet = tmp_path / "sheet.yaml"
    sheet.write_text("- {code: economy.new_specialized_firms, 牵头单位: office}\n", encoding="utf-8")

    assert "~ economy.new_specialized_firms" in run("load_plan", str(FILE), "--assignments", str(sheet))


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        run("load_plan", str(tmp_path / "nothing.yaml"))


def test_recompute_stores_and_check_agrees() -> None:
    make_target()

    assert "1" in run("recompute")
    assert "no difference" in run("recompute", "--check")


def test_check_names_every_difference() -> None:
    make_target()
    run("recompute")
    Progress.objects.filter(slot=0).update(status="behind")
    Progress.objects.filter(slot=3).delete()

    with pytest.raises(CommandError, match="status") as error:
        run("recompute", "--check")

    assert "missing" in str(error.value)


def test_check_names_what_is_superfluous() -> None:
    target = make_target()
    run("recompute")
    row = Progress.objects.get(target=target, slot=0)
    row.pk, row.slot = None, 12
    row.save()

    with pytest.raises(CommandError, match="superfluous"):
        run("recompute", "--check")


def test_the_nightly_check_logs_what_differs(caplog: pytest.LogCaptureFixture) -> None:
    make_target()
    run("recompute")
    Progress.objects.filter(slot=0).update(status="behind")

    tasks.check_stored()

    assert "stored progress differs in 1 places" in caplog.text


def test_the_tasks_call_the_services() -> None:
    target = make_target()
    mark([target.pk], "test")

    tasks.recompute_targets([target.pk])
    tasks.sweep()
    tasks.check_stored()

    assert Progress.objects.filter(target=target).exists()
    assert Sweep.objects.exists()
    assert Target.objects.get().mark.computed_gen == 1


def test_remind_tells_once_and_says_how_many() -> None:
    cast = make_cast(frequency="monthly")

    # Nine months of the reporter, and eight of them long enough ago for the reviewer.
    assert "新提醒 17 条" in run("remind")
    assert "新提醒 0 条" in run("remind")
    assert Notice.objects.filter(user=cast.official, kind="overdue").count() == 9


def test_remind_takes_another_day() -> None:
    make_cast(frequency="yearly")

    assert "2023-01-08: 新提醒 1 条" in run("remind", "--date", "2023-01-08")


def test_remind_refuses_what_is_no_day() -> None:
    with pytest.raises(CommandError, match="YYYY-MM-DD"):
        run("remind", "--date", "tomorrow")


def test_remind_mails_only_where_mail_is_set_up(settings: SettingsWrapper) -> None:
    cast = make_cast(frequency="monthly")
    User.objects.filter(pk=cast.official.pk).update(email="official@taoyan.example")
    with pytest.raises(CommandError, match="EMAIL_URL"):
        run("remind", "--mail")
    settings.EMAIL_URL = "smtp://mail.example"

    assert "已发 1 封" in run("remind", "--mail")
    assert "已发 0 封" in run("remind", "--mail")
    assert len(mail.outbox) == 1


def test_remind_fails_when_a_mail_does(settings: SettingsWrapper, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.EMAIL_URL = "smtp://mail.example"
    monkeypatch.setattr("goals.digest.send", lambda day: Sent(sent=1, failed=1))

    with pytest.raises(CommandError, match="日志"):
        run("remind", "--mail")
