"""MiroDash: who benefits from this treatment, and how far to believe it."""

__version__ = "0.1.0"
