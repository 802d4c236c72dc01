"""What was typed into a form that was sent after the session had ended: carried through the login, and offered again.

It travels signed in the login form, so nothing is stored for somebody who isn't logged in, and only the same user
gets it back.
"""

from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.urls import reverse

LARGEST = 200_000
SALT = "accounts.drafts"
# The form that is offered again has its own.
_OWN = frozenset({"csrfmiddlewaretoken"})


@dataclass(frozen=True)
class Draft:
    """Where the form was sent, and its fields; attached files are lost."""

    to: str
    fields: list[tuple[str, str]]
    had_files: bool


def kept(request: HttpRequest) -> str:
    """The signed draft of this request; empty where there is none to keep, as of forms with passwords."""
    user = getattr(request, "signed_out", "")
    secret = request.path.startswith((reverse("admin:index"), reverse("change-password")))
    fields = [(name, value) for name, values in request.POST.lists() for value in values if name not in _OWN]
    if request.method != "POST" or not user or secret or not fields or sum(len(v) for _n, v in fields) > LARGEST:
        return ""
    draft = {"user": user, "to": request.get_full_path(), "fields": fields, "files": bool(request.FILES)}
    return signing.dumps(draft, salt=SALT, compress=True)


def of(request: HttpRequest) -> Draft | None:
    """The draft that came with the login of this user."""
    try:
        found = signing.loads(request.POST.get("draft", ""), salt=SALT, max_age=settings.SESSION_HOURS * 3600)
    except signing.BadSignature:
        return None
    if found["user"] != str(request.user.pk):
        return None
    return Draft(found["to"], [(name, value) for name, value in found["fields"]], found["files"])
