"""How tests look at pages."""

from typing import Any

from django.test import Client

LIST = "/plans/taoyan-2022/projects/"


def browser(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[:500]
    return answer.content.decode()
