"""总览 and `targets/` of the demonstration, each against a plain page and a bare view, all with the same login.

总览 as leaders open it while nothing changes, as the first one does after a change, and what it costs to be told that
the browser has it already.
"""

from collections.abc import Callable
from typing import Any

Result = Callable[..., dict[str, Any]]
# At least 60 % of the requests a second.
SHARE = 1 / 0.6


def measured(compare: Result, result: Result) -> None:
    from django.core.cache import caches
    from django.test import Client

    from accounts.models import User

    client = Client()
    client.force_login(User.objects.get(username="leader"))

    def get(path: str) -> Callable[[], None]:
        def ask() -> None:
            assert client.get(path).status_code == 200, path

        return ask

    def known() -> None:
        assert client.get("/", headers={"If-None-Match": tag}).status_code == 304

    def anew() -> None:
        caches["local"].clear()
        assert client.get("/").status_code == 200

    table, page, bare = get("/bench/table/"), get("/bench/page/"), get("/bench/bare/")
    # The first answer brings the form's cookie, the second is the one that comes again.
    client.get("/")
    tag = client.get("/")["ETag"]
    compare("总览 against a plain page of 80 rows", get("/"), page, SHARE, 60)
    compare("总览 told to be unchanged (304) against a bare view", known, bare, 2, 60)
    compare("总览 made anew after a change against a plain page of 80 rows", anew, page, 12, 30)
    compare("targets/ against a plain table page", get("/api/v1/targets/"), table, 6, 40)
    compare("targets/ against a bare view", get("/api/v1/targets/"), bare, 30, 40)
