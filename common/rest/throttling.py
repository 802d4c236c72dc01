"""So many requests a minute for a token, fewer for an address without one."""

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle


class ByToken(SimpleRateThrottle):
    """The rates are the settings `THROTTLE_TOKEN` and `THROTTLE_ADDRESS`."""

    scope = "token"

    def allow_request(self, request: Request, view: Any) -> bool:
        known = bool(request.user and request.user.is_authenticated)
        self.scope = "token" if known else "address"
        self.rate = self.get_rate()
        self.num_requests, self.duration = self.parse_rate(self.rate)
        return super().allow_request(request, view)

    def get_cache_key(self, request: Request, view: Any) -> str:
        token = getattr(request.auth, "pk", None)
        ident = token or (request.user.pk if self.scope == "token" else self.get_ident(request))
        return f"throttle-{self.scope}-{'t' if token else 'u'}-{ident}"
