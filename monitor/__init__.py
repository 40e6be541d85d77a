"""Echowire: which news is new, and which is an echo."""

__version__ = "0.1.0"
