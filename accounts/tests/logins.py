"""Somebody who can log in, and the ways to try; the cases of `bad-inputs.yaml`."""

from pathlib import Path
from typing import Any

import yaml
from django.test import Client

from accounts.models import User
from goals.tests.factories import make_user

PASSWORD = "a-long-enough-password"
_FILE = Path(__file__).with_name("bad-inputs.yaml")
CASES = {c["id"]: c for c in yaml.safe_load(_FILE.read_text(encoding="utf-8"))["login_and_session"]["cases"]}


def with_password(name: str = "official", *roles: str, password: str = PASSWORD) -> User:
    user = make_user(name, *(roles or ("leader",)))
    user.set_password(password)
    user.save()
    return user


def log_in(
    name: str = "official",
    password: str = PASSWORD,
    *,
    client: Client | None = None,
    address: str = "10.0.0.1",
    **more: str,
) -> Any:
    """What the login answers; from an address, with or without headers."""
    headers = {"x-forwarded-for": more.pop("forwarded", "")}
    data = {"username": name, "password": password} | more
    return (client or Client()).post("/login/", data, headers=headers, REMOTE_ADDR=address)


def browser(user: User) -> Client:
    """This user's, logged in with the password."""
    client = Client()
    log_in(user.username, client=client)
    return client


def is_logged_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200
