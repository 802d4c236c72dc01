"""Which code this is: what the release's file says, else the commit, else nothing."""

from functools import cache
from pathlib import Path

from django.conf import settings

UNKNOWN = "?"


@cache
def code_version() -> str:
    """The line in `VERSION` (written when a release is packed), else the first digits of the checked out commit."""
    root = Path(settings.BASE_DIR)
    packed = root / "VERSION"
    if packed.is_file():
        return packed.read_text().strip()[:40] or UNKNOWN
    return _commit(root / ".git")[:12] or UNKNOWN


def _commit(git: Path) -> str:
    """Read from git's own files: git need not be installed where the portal runs."""
    if git.is_file():
        git = (git.parent / git.read_text().removeprefix("gitdir:").strip()).resolve()
    head = _text(git / "HEAD")
    if not head.startswith("ref:"):
        return head
    name = head.removeprefix("ref:").strip()
    common = git / _text(git / "commondir") if (git / "commondir").is_file() else git
    loose = _text(common / name)
    if loose:
        return loose
    lines = (line.split(" ", 1) for line in _text(common / "packed-refs").splitlines() if line.endswith(f" {name}"))
    return next((commit for commit, _name in lines), "")


def _text(path: Path) -> str:
    return path.read_text().strip() if path.is_file() else ""
