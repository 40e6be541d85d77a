"""Stable public ids: the same parts give the same id in every run, so that a replay equals a live run."""

from __future__ import annotations

import hashlib


def short_id(prefix: str, *parts: str) -> str:
    """A prefix ("s" story, "c" copy group, "k" claim, "a" article) and 12 hex digits of a hash of the parts."""
    return prefix + hashlib.blake2b("\x1f".join(parts).encode(), digest_size=6).hexdigest()
