"""Prints a token for everybody, as JSON: a process of its own, so that the fuzz run itself needs no Django."""

import json

import django

django.setup()

from accounts.models import Token, User  # noqa: E402

WRITERS = ("reporter", "reviewer", "leader", "planner", "feed")


def main() -> None:
    who = {name: (name, Token.Scope.WRITE) for name in WRITERS} | {"read": ("planner", Token.Scope.READ)}
    tokens = {
        name: Token.issue(User.objects.get(username=user), name="fuzz", scope=scope)[1]
        for name, (user, scope) in who.items()
    }
    print(json.dumps(tokens))


if __name__ == "__main__":
    main()
