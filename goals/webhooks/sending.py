"""One POST to a checked address: no redirects, no proxy, bounded in time and in what is read."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from goals.webhooks.addresses import Place

CONNECT_SECONDS = 3.0
ALL_SECONDS = 10.0
ANSWER_BYTES = 2_000


@dataclass(frozen=True)
class Answer:
    """What came of it: a status and the beginning of the answer, or the problem."""

    took_ms: int
    status: int | None = None
    text: str = ""
    problem: str = ""
    detail: str = ""

    @property
    def is_accepted(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def post(place: Place, headers: Mapping[str, str], body: bytes) -> Answer:
    """Send it; never raises for what the other side does."""
    begun = time.monotonic()
    connection = _Pinned(place)
    # A socket's timeout starts anew with every byte: the whole exchange has an end of its own.
    late = threading.Event()
    end = threading.Timer(ALL_SECONDS, _cut, (connection, late))
    end.daemon = True
    end.start()
    problem, detail, status, text = "", "", None, ""
    try:
        connection.request("POST", place.path, body=body, headers={"Host": place.authority, **headers})
        answer = connection.getresponse()
        status = answer.status
        text = answer.read(ANSWER_BYTES).decode("utf-8", "replace").replace("\x00", "\ufffd")
    except ssl.SSLError as error:
        problem, detail = "tls", str(error)
    except TimeoutError:
        problem = "timeout"
    except (OSError, http.client.HTTPException) as error:
        problem, detail = "connection", f"{type(error).__name__}: {error}"
    finally:
        end.cancel()
        connection.close()
    if late.is_set():
        problem, detail, status = "timeout", "", None
    elif status is not None and 300 <= status < 400:
        problem = "redirect"
    elif status is not None and not 200 <= status < 300:
        problem = "refused"
    return Answer(int((time.monotonic() - begun) * 1000), status, text, problem, detail[:300])


def _cut(connection: "_Pinned", late: threading.Event) -> None:
    late.set()
    held = connection.raw
    if held is not None:
        with suppress(OSError):  # it may have ended by itself
            socket.socket.shutdown(held, socket.SHUT_RDWR)


class _Pinned(http.client.HTTPConnection):
    """Connects to the checked address; host name and certificate are those of the name."""

    def __init__(self, place: Place) -> None:
        super().__init__(place.host, place.port, timeout=ALL_SECONDS)
        self.place = place
        self.raw: socket.socket | None = None

    def connect(self) -> None:
        held = socket.create_connection((str(self.place.ip), self.place.port), CONNECT_SECONDS)
        held.settimeout(ALL_SECONDS)
        self.raw = held
        if self.place.scheme == "https":
            context = ssl.create_default_context()
            wrapped = context.wrap_socket(held, server_hostname=self.place.host, do_handshake_on_connect=False)
            held = self.raw = wrapped
            wrapped.do_handshake()
        self.sock = held
