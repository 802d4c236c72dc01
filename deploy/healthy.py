"""Is it well? `healthy.py URL` asks a web process whether it is fit to serve, `healthy.py sweep` if the sweep runs,
which takes a beat and a worker. Ends with 1 when not; for health checks. `--wait` gives it a minute to become so."""

import os
import sys
import time
import urllib.request

LATE = 300


def web(url: str) -> bool:
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    request = urllib.request.Request(url, headers={"Host": host, "X-Forwarded-Proto": "https"})
    with urllib.request.urlopen(request, timeout=8) as answer:
        return bool(answer.status == 200)


def sweep() -> bool:
    import django

    sys.path.insert(0, os.getcwd())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taoyan.settings")
    django.setup()
    from django.utils import timezone

    from goals.models import Sweep

    last = Sweep.objects.first()
    return last is not None and (timezone.now() - last.ran_at).total_seconds() < LATE


def main() -> int:
    asked, *more = sys.argv[1:] or [""]
    tries = 30 if "--wait" in more else 1
    for _try in range(tries):
        try:
            if sweep() if asked == "sweep" else web(asked):
                return 0
        except Exception as error:
            print(error, file=sys.stderr)
        if tries > 1:
            time.sleep(2)
    return 1


if __name__ == "__main__":
    sys.exit(main())
