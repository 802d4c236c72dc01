"""qo-09: a backup that is cut, altered by one byte or of another version is refused before anything is touched."""

import io
import random
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from operations.backup import archive
from operations.backup.archive import Damaged, Manifest, read_manifest, unpack, write


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Path]:
    """A small file of the real form."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "database").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "in" / "one").write_bytes(b"evidence")
    target = tmp_path / "b"
    write(target, manifest(), tmp_path / "in" / "database", [("ab/cd/abcd", tmp_path / "in" / "one")])
    yield target


def manifest() -> Manifest:
    return Manifest(
        made_at="2022-10-12T00:00:00+00:00",
        today="2022-10-12",
        vendor="sqlite",
        code="x",
        server="y",
        migrations=[["goals", "0001_initial"]],
        counts={"goals_plan": 1},
        audit_sequence=3,
        audit_digest="d",
    )


def unpacked(source: Path, folder: Path) -> Path:
    unpack(source, read_manifest(source)[0], folder / "out" / "database", folder / "out" / "evidence")
    return folder / "out"


def test_what_was_written_is_read_again(made: Path, tmp_path: Path) -> None:
    out = unpacked(made, tmp_path)

    assert (out / "database").read_bytes() == (tmp_path / "in" / "database").read_bytes()
    assert (out / "evidence" / "ab" / "cd" / "abcd").read_bytes() == b"evidence"


def test_qo_09_no_byte_can_be_altered_unseen(made: Path) -> None:
    whole, draw = made.read_bytes(), random.Random(2022)
    places = {0, len(whole) - 1, len(whole) - 100, *(draw.randrange(len(whole)) for _time in range(300))}

    for place in places:
        altered = bytearray(whole)
        altered[place] ^= 1 << draw.randrange(8)
        made.write_bytes(altered)
        with pytest.raises(Damaged):
            read_manifest(made)


def test_qo_09_no_cut_goes_unseen(made: Path) -> None:
    whole, draw = made.read_bytes(), random.Random(2022)

    for length in {0, 1, 99, 100, 512, len(whole) - 1, *(draw.randrange(len(whole)) for _time in range(100))}:
        made.write_bytes(whole[:length])
        with pytest.raises(Damaged):
            read_manifest(made)


def test_something_else_is_no_backup(made: Path) -> None:
    for other in (b"", b"SQLite format 3\0" * 100, b"x" * 5_000):
        made.write_bytes(other)
        with pytest.raises(Damaged):
            read_manifest(made)


def test_qo_09_a_later_format_is_refused_by_its_number(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "FORMAT", 2)
    later = tmp_path / "later"
    write(later, manifest(), tmp_path / "in" / "database", [])
    monkeypatch.setattr(archive, "FORMAT", 1)

    with pytest.raises(Damaged, match="格式为 2"):
        read_manifest(later)


@pytest.mark.parametrize("name", ["../outside", "/outside", "evidence/../../outside", "other"])
def test_nothing_is_unpacked_outside_its_folder(made: Path, tmp_path: Path, name: str) -> None:
    sealed(made, tmp_path, {name: b"x", archive.DATABASE: b"y"})

    with pytest.raises(Damaged):
        unpacked(made, tmp_path)

    assert not (tmp_path / "outside").exists()
    assert not (tmp_path.parent / "outside").exists()


def test_a_file_that_isnt_what_the_manifest_says_is_refused(made: Path, tmp_path: Path) -> None:
    sealed(made, tmp_path, {archive.DATABASE: b"y"}, digest="0" * 64)

    with pytest.raises(Damaged, match="database"):
        unpacked(made, tmp_path)


def sealed(target: Path, folder: Path, files: dict[str, bytes], digest: str = "") -> None:
    """A file of the form, with any members, sealed as a whole."""
    noted = manifest()
    target.unlink()
    for number, (name, said) in enumerate(files.items()):
        path = folder / f"member{number}"
        path.write_bytes(said)
        with io.BytesIO() as tar, tarfile.open(fileobj=tar, mode="w") as opened:
            member = archive._add(opened, name, path)
        noted.members.append(archive.Member(name, member.size, digest or member.sha256))
    with io.BytesIO() as tar:
        with tarfile.open(fileobj=tar, mode="w") as opened:
            for number, name in enumerate(files):
                archive._add(opened, name, folder / f"member{number}")
            archive._add_bytes(opened, archive.MANIFEST, noted.as_json())
        body = tar.getvalue()
    target.write_bytes(body + archive._seal(archive.hashlib.sha256(body).hexdigest()))
