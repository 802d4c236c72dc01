"""What is started in service: compose.yaml and the systemd units name what there is, and everything has a check.

No engine runs compose.yaml here: its shape and its names are held, not its running.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from taoyan.queues import NAMES

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
UNITS = sorted((ROOT / "deploy" / "systemd").glob("portal*"))
KNOWN = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
SERVICES = COMPOSE["services"]


def directives(unit: Path) -> Iterator[tuple[str, str]]:
    for line in unit.read_text().splitlines():
        if line and not line.startswith(("#", "[")):
            name, _is, value = line.partition("=")
            yield name, value


def test_every_part_of_the_portal_is_a_service_with_a_health_check() -> None:
    assert set(SERVICES) == {"database", "broker", "prepare", "web", "worker", "beat", "proxy"}
    for name, service in SERVICES.items():
        assert "image" in service
        assert ("healthcheck" in service) == (name != "prepare")


def test_services_wait_for_services_that_there_are_and_mount_volumes_that_there_are() -> None:
    for service in SERVICES.values():
        assert set(service.get("depends_on", {})) <= set(SERVICES)
        assert set(service.get("networks", [])) <= set(COMPOSE["networks"])
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            assert source in COMPOSE["volumes"] or (ROOT / source).exists()


def test_it_sets_only_what_the_portal_knows_and_asks_for_what_has_no_default() -> None:
    settings: dict[str, Any] = SERVICES["web"]["environment"]

    assert set(settings) <= KNOWN
    for name in ("SECRET_KEY", "ALLOWED_HOSTS"):
        assert ":?" in settings[name]
    # The addresses from which the proxy comes.
    assert settings["BEHIND_PROXY"] == COMPOSE["networks"]["inside"]["ipam"]["config"][0]["subnet"]


def test_only_the_proxy_is_reached_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]


def test_the_image_copies_nothing_secret() -> None:
    ignored = (ROOT / ".dockerignore").read_text().split()

    assert {".env", "var", ".git"} <= set(ignored)


def test_every_unit_starts_programs_of_the_portal_as_its_own_user() -> None:
    services = [unit for unit in UNITS if unit.suffix == ".service"]

    assert len(services) >= 5
    for unit in services:
        found = dict(directives(unit))
        assert found["User"] == "portal"
        assert found["EnvironmentFile"] == "/etc/portal.env"


def test_the_workers_take_from_every_queue() -> None:
    said = (ROOT / "deploy" / "systemd" / "portal-worker@.service").read_text()

    assert f"Environment=QUEUES={','.join(NAMES)}" in said


def test_the_target_starts_units_that_there_are() -> None:
    wanted = dict(directives(ROOT / "deploy" / "systemd" / "portal.target"))["Wants"].split()

    for name in wanted:
        template = re.sub(r"@\w+", "@", name)
        assert template in {unit.name for unit in UNITS}


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_understands_every_unit(tmp_path: Path) -> None:
    for unit in UNITS:
        # The programs are where the portal will be installed, not here.
        said = re.sub(r"/srv/portal/\.venv/bin/\w+", "/bin/true", unit.read_text())
        (tmp_path / unit.name).write_text(said)
    command = ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no"]
    found = [tmp_path / unit.name for unit in UNITS if "@" not in unit.name]
    for template in (unit for unit in UNITS if "@" in unit.name):
        instance = tmp_path / template.name.replace("@", "@1")
        instance.write_text((tmp_path / template.name).read_text())
        found.append(instance)

    done = subprocess.run([*command, *map(str, found)], capture_output=True, text=True, check=False)

    own = [line for line in done.stderr.splitlines() if "portal" in line]
    assert own == []


def test_the_health_check_says_no_where_nobody_answers() -> None:
    command = [sys.executable, str(ROOT / "deploy" / "healthy.py"), "http://127.0.0.1:1/readyz"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "refused" in done.stderr
