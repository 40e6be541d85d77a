"""Language packs and learnt files: data, and the one door to read them.

`pack("fr")` reads `fr.toml`; an unknown code gives the neutral pack. `resource("weights/claims.json")` gives the
bytes of a learnt file. Adding a language is adding a pack.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from monitor.core.pack import NEUTRAL, Pack


def codes() -> tuple[str, ...]:
    """The languages that have a pack."""
    found = (f.name for f in resources.files(__name__).iterdir())
    return tuple(sorted(n.removesuffix(".toml") for n in found if n.endswith(".toml")))


@cache
def pack(code: str) -> Pack:
    """The pack of an ISO 639-1 code ("fr", "fr-CA"), or the neutral pack where there is none."""
    base = code.lower().split("-")[0].split("_")[0]
    if base not in codes():
        return NEUTRAL
    with resources.files(__name__).joinpath(f"{base}.toml").open("rb") as f:
        tables = tomllib.load(f)
    return Pack(base, str(tables.get("name", base)), tables)


@cache
def resource(name: str) -> bytes:
    """The bytes of a file beside the packs, e.g. "weights/stories.json". FileNotFoundError where it is missing."""
    return resources.files(__name__).joinpath(name).read_bytes()
