"""What is odd about a figure when it is entered. A warning asks for a note; it never refuses a figure.

Each check is one function in `goals.checks.rules`, registered with `@check`; `warnings_of` runs them all over a set of
rows, in two queries for all that stands beside them.
"""

from goals.checks.beside import Beside, Past, beside
from goals.checks.registry import Oddity, check, oddities
from goals.checks.warn import lacks_reason, warnings_of

__all__ = ["Beside", "Oddity", "Past", "beside", "check", "lacks_reason", "oddities", "warnings_of"]
