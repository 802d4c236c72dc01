"""The file of a backup: a tar of evidence, database and, last, the manifest; then one line with the digest of it all.

One altered byte anywhere, or a missing end, is seen before anything is unpacked.
"""

import hashlib
import json
import re
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Self

FORMAT = 1
DATABASE, MANIFEST, EVIDENCE = "database", "manifest.json", "evidence/"
_SEAL = "taoyan-backup-{format} sha256 {digest}\n"
_SEALED = re.compile(rb"taoyan-backup-(\d{1,4}) sha256 ([0-9a-f]{64})\n")
_SEAL_LENGTH = 100
_BLOCK = 1024 * 1024
LARGEST_MANIFEST = 512 * 1024 * 1024


class Damaged(Exception):
    """The file is not a whole backup that this version reads; says why."""


@dataclass(frozen=True)
class Member:
    """A file inside, with its digest."""

    name: str
    size: int
    sha256: str


@dataclass
class Manifest:
    """What is in a backup, and of what it is."""

    made_at: str
    today: str
    vendor: str
    code: str
    server: str
    migrations: list[list[str]]
    counts: dict[str, int]
    audit_sequence: int
    audit_digest: str
    format: int = FORMAT
    missing: list[str] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)

    def as_json(self) -> bytes:
        plain = {**vars(self), "members": [vars(member) for member in self.members]}
        return json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True).encode()

    @classmethod
    def read(cls, text: bytes) -> Self:
        try:
            plain = json.loads(text)
            return cls(**plain | {"members": [Member(**each) for each in plain["members"]]})
        except (ValueError, TypeError, KeyError) as error:
            raise Damaged(f"清单读不懂 / the manifest can't be read: {error}") from error


class _Digesting:
    """A file that is written through a digest."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.digest = file, hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        return self.file.write(data)


def write(
    target: Path,
    manifest: Manifest,
    database: Path,
    evidence: Iterable[tuple[str, Path]],
    expected: Iterable[str] = (),
) -> str:
    """Write a backup; the digest of the whole. Expected evidence that isn't there is noted as missing."""
    with target.open("wb") as file:
        through = _Digesting(file)
        with tarfile.open(fileobj=through, mode="w|", format=tarfile.PAX_FORMAT) as tar:  # type: ignore[call-overload]
            for name, path in evidence:
                with suppress(FileNotFoundError):
                    manifest.members.append(_add(tar, EVIDENCE + name, path))
            held = {member.name for member in manifest.members}
            manifest.missing = [name for name in expected if EVIDENCE + name not in held]
            manifest.members.append(_add(tar, DATABASE, database))
            _add_bytes(tar, MANIFEST, manifest.as_json())
        digest = through.digest.hexdigest()
        file.write(_seal(digest))
    return digest


def _seal(digest: str) -> bytes:
    return _SEAL.format(format=FORMAT, digest=digest).rjust(_SEAL_LENGTH).encode()


def _add(tar: tarfile.TarFile, name: str, path: Path) -> Member:
    """Digested first, so that what the manifest says is what was meant, then written as it then is."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        info = _info(name, path.stat().st_size)
        tar.addfile(info, file)
    return Member(name, info.size, digest)


def _add_bytes(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    tar.addfile(_info(name, len(data)), BytesIO(data))


def _info(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info


def read_manifest(source: Path) -> tuple[Manifest, str]:
    """What the file says of itself, and its digest; raises Damaged unless the whole file is as it was written."""
    digest = _check_seal(source)
    last = None
    with _opened(source) as tar:
        names = []
        for info in tar:
            names.append(info.name)
            last = info
        if last is None or last.name != MANIFEST or last.size > LARGEST_MANIFEST:
            raise Damaged("没有清单 / it has no manifest")
        stream = tar.extractfile(last)
        assert stream is not None
        manifest = Manifest.read(stream.read())
    if manifest.format != FORMAT:
        raise Damaged(_other_format(manifest.format))
    if names[:-1] != [member.name for member in manifest.members] or DATABASE not in names:
        raise Damaged("内容与清单不符 / what is inside is not what the manifest lists")
    return manifest, digest


def _check_seal(source: Path) -> str:
    size = source.stat().st_size
    with source.open("rb") as file:
        if size < _SEAL_LENGTH:
            raise Damaged("文件不完整 / the file is cut")
        file.seek(size - _SEAL_LENGTH)
        found = _SEALED.fullmatch(file.read().lstrip(b" "))
        if found is None:
            raise Damaged("文件不完整，或者不是备份 / the file is cut, or it is no backup")
        if int(found[1]) != FORMAT:
            raise Damaged(_other_format(int(found[1])))
        digest = _digest_of(file, size - _SEAL_LENGTH)
        file.seek(size - _SEAL_LENGTH)
        if digest.encode() != found[2] or file.read() != _seal(digest):
            raise Damaged("校验和不符，文件已被改动或损坏 / its digest differs: the file is damaged")
    return digest


def _other_format(found: int) -> str:
    return f"备份格式为 {found}，本版本只读 {FORMAT} / it is of format {found}, this version reads {FORMAT}"


def _digest_of(file: IO[bytes], length: int) -> str:
    digest, left = hashlib.sha256(), length
    file.seek(0)
    while left and (block := file.read(min(_BLOCK, left))):
        digest.update(block)
        left -= len(block)
    return digest.hexdigest()


def unpack(source: Path, manifest: Manifest, database: Path, evidence: Path) -> None:
    """The database to its file and the evidence into its folder, each compared with its digest as it is written."""
    wanted = {member.name: member for member in manifest.members}
    with _opened(source) as tar:
        for info in tar:
            if info.name == MANIFEST:
                continue
            place = database if info.name == DATABASE else evidence / _safe(info)
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            stream = tar.extractfile(info)
            assert stream is not None
            member = wanted.pop(info.name, None)
            if member is None or _copy(stream, place) != (member.size, member.sha256):
                raise Damaged(f"{info.name} 与清单不符 / {info.name} is not what the manifest says")
    if wanted:
        raise Damaged(f"缺少 {len(wanted)} 个文件 / {len(wanted)} files are missing")


def _safe(info: tarfile.TarInfo) -> PurePosixPath:
    path = PurePosixPath(info.name)
    if not info.isreg() or path.parts[:1] != ("evidence",) or ".." in path.parts or len(path.parts) < 2:
        raise Damaged(f"不应有 {info.name!r} / {info.name!r} does not belong there")
    return PurePosixPath(*path.parts[1:])


def _copy(stream: IO[bytes], place: Path) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with place.open("xb") as file:
        place.chmod(0o600)
        while block := stream.read(_BLOCK):
            digest.update(block)
            size += len(block)
            file.write(block)
    return size, digest.hexdigest()


@contextmanager
def _opened(source: Path) -> Iterator[tarfile.TarFile]:
    """The tar, read from its beginning; whatever is wrong with it is told as damage."""
    try:
        with tarfile.open(source, mode="r:") as tar:
            yield tar
    except tarfile.TarError as error:
        raise Damaged(f"读不下去 / it can't be read: {error}") from error
