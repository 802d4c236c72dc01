"""So many requests a minute for a token, fewer for an address without one."""

import time
from math import ceil
from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle, SimpleRateThrottle

from common.counting import count


class ByToken(BaseThrottle):
    """The rates are the settings `THROTTLE_TOKEN` and `THROTTLE_ADDRESS`; a browser's session counts as a token.

    Counted by the clock's whole minutes (or whatever the rate's time is): `Retry-After` is what is left of it.
    """

    def allow_request(self, request: Request, view: Any) -> bool:
        user, token = request._user, getattr(request._auth, "pk", None)
        known = bool(user and user.is_authenticated)
        rate = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]["token" if known else "address"]
        most, self.seconds = SimpleRateThrottle.parse_rate(None, rate)
        if most is None:
            return True
        who = f"t{token}" if token else f"u{user.pk}" if known else f"a{request.META.get('REMOTE_ADDR', '')}"
        window = int(time.time() // self.seconds)
        return count(f"throttle-{who}-{window}", self.seconds) <= most

    def wait(self) -> float:
        return float(ceil(self.seconds - time.time() % self.seconds))
