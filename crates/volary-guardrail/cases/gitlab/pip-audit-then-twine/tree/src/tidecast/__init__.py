"""Tide predictions."""

__version__ = "0.9.2"
