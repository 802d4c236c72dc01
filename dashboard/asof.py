"""The as-of day of a page (`goals.asof`), under the name by which these pages know it."""

from goals.asof import AsOf, as_of

__all__ = ["AsOf", "as_of"]
