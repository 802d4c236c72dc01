"""A real HTTP server on loopback that answers as it is told, and remembers what came."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Receiver:
    """Behaviours by name: `ok`, `failing`, `redirecting`, `dripping` (never ends), `long` (a long answer)."""

    behaviour: str = "ok"
    port: int = 0
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?from=portal"


@contextmanager
def running(behaviour: str = "ok") -> Iterator[Receiver]:
    receiver = Receiver(behaviour)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.received.append((dict(self.headers), body))
            receiver.paths.append(self.path)
            BEHAVIOURS[receiver.behaviour](self)

        def do_GET(self) -> None:
            receiver.paths.append(f"GET {self.path}")
            self.send_error(500)

        def log_message(self, *args: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads, server.block_on_close = True, False
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()


def _answer(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def _drip(handler: BaseHTTPRequestHandler) -> None:
    """A byte now and then, each in time, all of them never."""
    try:
        while True:
            handler.wfile.write(b"H")
            handler.wfile.flush()
            time.sleep(0.05)
    except OSError:
        return


BEHAVIOURS: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {
    "ok": lambda handler: _answer(handler, 202, b"thanks"),
    "failing": lambda handler: _answer(handler, 503, "维护中".encode()),
    "redirecting": lambda handler: _answer(handler, 302, b"", Location="/elsewhere"),
    "dripping": _drip,
    "long": lambda handler: _answer(handler, 200, b"x" * 1_000_000),
}
