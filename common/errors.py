"""Refusals that services raise and pages and API translate."""

from django.utils.functional import Promise


class Refusal(Exception):
    """Something that isn't done, said in the user's language."""

    default_code = "refused"

    def __init__(self, message: str | Promise, code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code


class Conflict(Refusal):
    """The record isn't in the state that the action needs (409)."""

    default_code = "conflict"


class StaleVersion(Refusal):
    """The caller acted on an old version (412)."""

    default_code = "stale_version"


class Forbidden(Refusal):
    """The user may see the record but not do this (403)."""

    default_code = "permission_denied"


class TooLarge(Refusal):
    """The request carries more than is taken (413)."""

    default_code = "too_large"
