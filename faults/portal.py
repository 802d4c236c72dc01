"""The portal under fault: two web processes, workers, beats, and who writes to it and keeps what was acknowledged."""

import json
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from faults.servers import free_port

ROOT = Path(__file__).resolve().parents[1]
LONGEST_REQUEST = 30


@dataclass(frozen=True)
class Slot:
    """What a writer may report: an indicator of a unit for a period."""

    indicator: str
    unit: str
    period: str


@dataclass
class Log:
    """What was sent and what was acknowledged of each slot, and how long each request took."""

    sent: dict[Slot, list[int]] = field(default_factory=dict)
    acknowledged: dict[Slot, int] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    refused: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def possible(self, slot: Slot) -> set[int]:
        """The values of which one must be stored: the last acknowledged, or one sent after it, unanswered."""
        sent = self.sent[slot]
        return set(sent[sent.index(self.acknowledged[slot]) :])


class Portal:
    """Its processes, each a group of its own that a signal reaches as a whole."""

    def __init__(self, folder: Path, database_url: str, redis_url: str) -> None:
        self.folder, self.ports = folder, (free_port(), free_port())
        self.token, self.beats = "", 0
        self.running: list[subprocess.Popen[bytes]] = []
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "taoyan.settings",
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "EVIDENCE_ROOT": str(folder / "evidence"),
            "SECRET_KEY": secrets.token_urlsafe(60),
            "ALLOWED_HOSTS": "127.0.0.1",
            "TAOYAN_TODAY": os.environ.get("TAOYAN_TODAY", "2022-10-12"),
            "EMAIL_URL": "",
            "DEBUG": "",
            "DEMO": "1",
            "HTTPS": "0",
            "THROTTLE_TOKEN": "1000000/minute",
            "THROTTLE_ADDRESS": "1000000/minute",
        }

    def manage(self, *command: str) -> None:
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=self.environment, check=True)

    def start_web(self) -> None:
        for port in self.ports:
            self._start("gunicorn", "--threads", "4", "-b", f"127.0.0.1:{port}", "taoyan.wsgi")
        for port in self.ports:
            wait_for(partial(self._answers, port), 120, "the web process does not answer")

    def start_worker(self, **more: str) -> "subprocess.Popen[bytes]":
        return self._start("celery", "-A", "faults.worker", "worker", "-P", "solo", "--without-gossip", **more)

    def start_beat(self) -> "subprocess.Popen[bytes]":
        self.beats += 1
        schedule = str(self.folder / f"beat{self.beats}")
        return self._start("celery", "-A", "faults.worker", "beat", "-s", schedule)

    def _start(self, program: str, *arguments: str, **more: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", program, *arguments]
        log = (self.folder / "processes.log").open("ab")
        started = subprocess.Popen(
            command, cwd=ROOT, env=self.environment | more, stdout=log, stderr=log, start_new_session=True
        )
        log.close()
        self.running.append(started)
        return started

    def kill(self, process: "subprocess.Popen[bytes]") -> None:
        """SIGKILL, to it and all that it began."""
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.running.remove(process)

    def stop_all(self) -> None:
        for process in list(self.running):
            self.kill(process)

    def _answers(self, port: int) -> bool:
        return self._get(port, "/healthz") == 200

    def _get(self, port: int, path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=LONGEST_REQUEST) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def report(self, log: Log, slots: Sequence[Slot], value: int, turn: int = 0) -> bool:
        """Report a value for these slots in one request; was it acknowledged?"""
        rows = [{**vars(slot), "value": str(value), "state": "approved"} for slot in slots]
        with log.lock:
            for slot in slots:
                log.sent.setdefault(slot, []).append(value)
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.ports[turn % 2]}/api/v1/readings/",
            data=json.dumps({"readings": rows}).encode(),
            headers={"Authorization": f"Token {self.token}", "Content-Type": "application/json"},
        )
        begun = time.monotonic()
        try:
            with urllib.request.urlopen(request, timeout=LONGEST_REQUEST) as answer:
                took = answer.status in (200, 201)
        except urllib.error.HTTPError as error:
            if error.code < 500:
                raise RuntimeError(error.read().decode()[:1_000]) from error
            took = False
        except OSError:
            took = False
        with log.lock:
            log.seconds.append(time.monotonic() - begun)
            log.refused += not took
            if took:
                log.acknowledged |= dict.fromkeys(slots, value)
        return took


def wait_for(holds: Callable[[], bool], seconds: float, said: str) -> float:
    """Until it holds; how long that took. Raises when it doesn't in time."""
    begun = time.monotonic()
    while not holds():
        if time.monotonic() - begun > seconds:
            raise TimeoutError(said)
        time.sleep(0.2)
    return time.monotonic() - begun
