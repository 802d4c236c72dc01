"""One POST: where it goes, what it follows, and when it ends. Against a real server."""

import socket
import threading
from ipaddress import ip_address

import pytest

from goals.tests.webhooks.receiver import Receiver, running
from goals.webhooks import sending
from goals.webhooks.addresses import Place
from goals.webhooks.sending import Answer, post


def sent(receiver: Receiver, scheme: str = "http") -> Answer:
    place = Place(scheme, "data.example.cn", receiver.port, "/in", ip_address("127.0.0.1"))
    return post(place, {"X-Mark": "1"}, b"{}")


def test_it_connects_to_the_checked_address_and_names_the_host(receiver: Receiver) -> None:
    answer = sent(receiver)

    headers, body = receiver.received[0]
    assert (answer.status, answer.text, answer.is_accepted) == (202, "thanks", True)
    assert headers["Host"] == f"data.example.cn:{receiver.port}"
    assert (headers["X-Mark"], body, receiver.paths) == ("1", b"{}", ["/in"])


def test_a_refusal_keeps_status_and_answer() -> None:
    with running("failing") as receiver:
        answer = sent(receiver)

    assert (answer.status, answer.text, answer.problem) == (503, "维护中", "refused")
    assert not answer.is_accepted


def test_a_redirect_is_not_followed() -> None:
    with running("redirecting") as receiver:
        answer = sent(receiver)

    assert (answer.status, answer.problem, answer.is_accepted) == (302, "redirect", False)
    assert receiver.paths == ["/in"]


def test_who_drips_is_left_when_the_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "ALL_SECONDS", 0.3)

    with running("dripping") as receiver:
        answer = sent(receiver)

    assert (answer.status, answer.problem) == (None, "timeout")


def test_who_takes_the_connection_and_says_nothing_is_left_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "ALL_SECONDS", 0.3)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(1)

        for scheme in ("http", "https"):
            answer = sent(Receiver(port=silent.getsockname()[1]), scheme)

            assert (answer.status, answer.problem) == (None, "timeout")


def test_of_a_long_answer_the_beginning_is_read() -> None:
    with running("long") as receiver:
        answer = sent(receiver)

    assert answer.is_accepted
    assert len(answer.text) == sending.ANSWER_BYTES


def test_a_closed_port_is_a_connection_problem() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))

        answer = sent(Receiver(port=unused.getsockname()[1]))

    assert (answer.status, answer.problem) == (None, "connection")


def test_who_speaks_no_tls_is_not_talked_to(receiver: Receiver) -> None:
    answer = sent(receiver, "https")

    assert (answer.status, answer.problem) == (None, "tls")
    assert receiver.received == []


def test_nonsense_in_place_of_an_answer_is_a_connection_problem() -> None:
    with socket.socket() as odd:
        odd.bind(("127.0.0.1", 0))
        odd.listen(1)

        def talk() -> None:
            taken, _peer = odd.accept()
            taken.recv(65_536)
            taken.sendall(b"\x00\x01 nonsense\r\n\r\n")
            taken.close()

        threading.Thread(target=talk, daemon=True).start()
        answer = sent(Receiver(port=odd.getsockname()[1]))

    assert (answer.status, answer.problem) == (None, "connection")
