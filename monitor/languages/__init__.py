"""Language packs and learnt files: data, and the one door to read them.

`pack("fr")` reads `fr.toml`; an unknown code gives the neutral pack. Every pack also holds, under "shared", the
tables of no language in particular (`media.toml`: agencies and media; `places.toml`: countries and their capitals),
and under "claims" those of `claims_<code>.toml` where there is one, with the lines of `concepts/*.toml` (a line a
concept, its words by language) as "shared_concepts". `resource("weights/claims.json")` gives the
bytes of a learnt file. Adding a language is adding a pack.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any

from monitor.core.pack import Pack

_SHARED = ("media", "places")
_PACK_FILE = re.compile(r"[a-z]{2,3}\.toml")


def _read(name: str) -> dict[str, Any]:
    """The tables of a TOML file beside this one, none where it is missing."""
    path = resources.files(__name__).joinpath(name)
    return tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}


@cache
def _shared() -> dict[str, Any]:
    """The tables every pack gets under "shared"."""
    merged: dict[str, Any] = {}
    for name in _SHARED:
        merged.update(_read(f"{name}.toml"))
    return merged


@cache
def _concept_files() -> tuple[dict[str, dict[str, str]], ...]:
    """The tables of `concepts/*.toml` in the order of their names: concept -> language -> words."""
    home = resources.files(__name__).joinpath("concepts")
    if not home.is_dir():
        return ()
    found = sorted((f for f in home.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return tuple(tomllib.loads(f.read_text("utf-8")) for f in found)


def _shared_concepts(code: str) -> dict[str, str]:
    """What `concepts/*.toml` holds for a language: concept -> words."""
    merged: dict[str, str] = {}
    for table in _concept_files():
        for concept, by_language in table.items():
            if words := by_language.get(code):
                merged[concept] = f"{merged[concept]} {words}" if concept in merged else words
    return merged


@cache
def codes() -> tuple[str, ...]:
    """The languages that have a pack."""
    found = (f.name for f in resources.files(__name__).iterdir())
    return tuple(sorted(n.removesuffix(".toml") for n in found if _PACK_FILE.fullmatch(n)))


def pack(code: str) -> Pack:
    """The pack of an ISO 639-1 code ("fr", "fr-CA"), or the neutral pack where there is none."""
    base = code.lower().split("-")[0].split("_")[0]
    return _pack(base if base in codes() else "und")


@cache
def _pack(code: str) -> Pack:
    """A pack with its shared tables. The neutral pack has no others."""
    if code == "und":
        return Pack("und", "undetermined", {"shared": _shared()})
    tables = _read(f"{code}.toml")
    claims = _read(f"claims_{code}.toml")
    if claims:
        claims["shared_concepts"] = _shared_concepts(code)
        tables["claims"] = claims
    tables["shared"] = _shared()
    return Pack(code, str(tables.get("name", code)), tables)


@cache
def resource(name: str) -> bytes:
    """The bytes of a file beside the packs, e.g. "weights/stories.json". FileNotFoundError where it is missing."""
    return resources.files(__name__).joinpath(name).read_bytes()
