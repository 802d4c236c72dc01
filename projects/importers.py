"""The importers of works."""

from projects import importing

__all__ = ["importing"]
