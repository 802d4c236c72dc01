"""Log records of one line each, whatever a request put into them."""

import logging

from common.personal import masked

LONGEST = 2_000


class OneLine(logging.Formatter):
    """Escapes control characters, so that nobody can forge a record; masks personal numbers; cuts what is too long."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        line = masked(super().formatMessage(record))
        safe = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)
        return safe if len(safe) <= LONGEST else safe[:LONGEST] + "…"
