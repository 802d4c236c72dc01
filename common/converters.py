"""Codes in addresses: nothing else matches, so nothing else is looked for."""

import re


class CodeConverter:
    """`<code:…>`: what `common.records.code_validator` allows."""

    regex = r"[A-Za-z0-9._-]{1,100}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


def code_or_nothing(raw: str | None) -> str:
    """A code from a query, or an empty string for what can't be one."""
    return raw if raw and re.fullmatch(CodeConverter.regex, raw) else ""
