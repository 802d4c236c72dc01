"""The folder of evidence: what is in it, and how another takes its place."""

import os
from collections.abc import Iterator
from pathlib import Path

from operations.backup.databases import Unfit


def name_of(key: str) -> str:
    """Where the evidence of this key lies (`goals.evidence.path_of`)."""
    return f"{key[:2]}/{key[2:4]}/{key}"


def files(root: Path) -> Iterator[tuple[str, Path]]:
    """Every file by its path within the folder, in the order of names; no link is followed."""
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            path = Path(folder) / name
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(root).as_posix(), path


def is_empty(root: Path) -> bool:
    return not root.exists() or not any(files(root))


def require_movable(root: Path) -> None:
    """Raises Unfit where the folder can't be renamed: the file system's own root can't."""
    if root.is_mount():
        said = f"EVIDENCE_ROOT {root} 本身是挂载点，请改用其中的子目录"
        raise Unfit(f"{said} / EVIDENCE_ROOT is a mount point itself: use a folder inside it")


def beside(root: Path, mark: str) -> Path:
    return root.with_name(f"{root.name}.restoring-{mark}")


def swap(root: Path, mark: str) -> str:
    """Put the folder beside in its place; where the old one is now ("" when there was none)."""
    kept = ""
    if root.exists():
        old = root.with_name(f"{root.name}.before-{mark}")
        root.rename(old)
        kept = str(old)
    beside(root, mark).rename(root)
    return kept


def swap_back(root: Path, mark: str, kept: str) -> None:
    root.rename(beside(root, mark))
    if kept:
        Path(kept).rename(root)
