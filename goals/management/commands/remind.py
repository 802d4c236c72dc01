"""`manage.py remind [--date YYYY-MM-DD] [--mail]`: write the reminders of a day, and mail what is new."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from common import clock
from common.dates import parse_date
from goals import digest, reminders


class Command(BaseCommand):
    help = "Write the reminders of a day (today by default), each once; with --mail send what is new, once a person."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--date", default="")
        parser.add_argument("--mail", action="store_true")

    def handle(self, *args: Any, date: str = "", mail: bool = False, **options: Any) -> None:
        try:
            day = parse_date(date) if date else clock.today()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        done = reminders.remind(day)
        self.stdout.write(f"{day}: 新提醒 {done.told} 条，收起 {done.put_away} 条 / told, put away")
        if not mail:
            return
        if not settings.EMAIL_URL:
            raise CommandError("没有设置 EMAIL_URL，不发信 / EMAIL_URL is not set, nothing is mailed")
        sent = digest.send(clock.today())
        self.stdout.write(f"已发 {sent.sent} 封，失败 {sent.failed} 封 / sent, failed")
        if sent.failed:
            raise CommandError("有邮件未发出，见日志 / some mails were not sent, see the log")
