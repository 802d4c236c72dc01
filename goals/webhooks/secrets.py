"""A hook's secret, and what is signed with it.

The secret is derived from the hook's salt and the portal's `SECRET_KEY`, so that the database alone, or a copy of
it, signs nothing. The fingerprint tells when `SECRET_KEY` has changed since the secret was shown: the receiver's
is then another, and a new one has to be issued.
"""

import hashlib
import hmac
import secrets

from django.utils.crypto import constant_time_compare, salted_hmac

from goals.models import Hook

_PREFIX = "tyhs_"
_PURPOSE = "goals.webhooks.secret"


def renew(hook: Hook) -> str:
    """Give the hook a new secret, unsaved; the only moment at which it is shown."""
    hook.salt = secrets.token_hex(32)
    secret = _derived(hook.salt)
    hook.fingerprint = _fingerprint(secret)
    return secret


def secret_of(hook: Hook) -> str | None:
    """The secret that the receiver was given; None when it can't be known any more."""
    secret = _derived(hook.salt)
    return secret if constant_time_compare(_fingerprint(secret), hook.fingerprint) else None


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 over timestamp, a dot and the body; the version says how, should that ever change."""
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"v1={digest}"


def _derived(salt: str) -> str:
    return _PREFIX + salted_hmac(_PURPOSE, salt, algorithm="sha256").hexdigest()


def _fingerprint(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
