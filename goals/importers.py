"""The importers of the core; an app registers its own in a module of the same name."""

from goals.importing import assignments, readings

__all__ = ["assignments", "readings"]
