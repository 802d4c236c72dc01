"""Log records of one line each, whatever a request put into them."""

import logging


class OneLine(logging.Formatter):
    """Escapes control characters of the message, so that nobody can forge a record."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        line = super().formatMessage(record)
        return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)
