#!/usr/bin/env python
"""Django's command line for the work-plan portal."""

import os
import sys

# What a developer runs on the sources alone: it serves nothing and signs nothing, so it needs no secret of its own.
ON_SOURCES = {"makemigrations", "makemessages", "compilemessages"}


def main() -> None:
    if ON_SOURCES.intersection(sys.argv[1:2]) and not os.environ.get("SECRET_KEY"):
        os.environ["DEBUG"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taoyan.settings")
    # A migration or a backup takes as long as it takes.
    os.environ.setdefault("STATEMENT_SECONDS", "0")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    # Django goes on without settings, and fails later over something else.
    try:
        settings.INSTALLED_APPS  # noqa: B018
    except ImproperlyConfigured as error:
        sys.exit(f"manage.py: {error}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
