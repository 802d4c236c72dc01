"""总览 and `targets/` of the demonstration against a plain table page and a bare view, all with the same login."""

from collections.abc import Callable
from typing import Any

Result = Callable[..., dict[str, Any]]


def measured(compare: Result, result: Result) -> None:
    from django.test import Client

    from accounts.models import User

    client = Client()
    client.force_login(User.objects.get(username="leader"))

    def get(path: str) -> Callable[[], None]:
        def ask() -> None:
            assert client.get(path).status_code == 200, path

        return ask

    table, bare = get("/bench/table/"), get("/bench/bare/")
    for name, path, bounds in (("总览", "/", (12, 60)), ("targets/", "/api/v1/targets/", (6, 30))):
        compare(f"{name} against a plain table page", get(path), table, bounds[0], 40)
        compare(f"{name} against a bare view", get(path), bare, bounds[1], 40)
