"""Model values as columns and back: JSON for reasons and fields, packed integers for look-up keys.

Two rules. Nothing is pickled. Text that a database cannot hold (NUL, lone surrogates) is replaced character by
character, so that every span of a text still fits.
"""

from __future__ import annotations

import json
import math
import re
import struct
from collections.abc import Iterable, Mapping
from typing import Any

from monitor.core.model import ClaimFields, Quantity, Reason

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """The text with U+FFFD for what PostgreSQL or UTF-8 cannot hold; the length stays."""
    if "\x00" not in text:
        try:
            text.encode()
        except UnicodeEncodeError:
            pass
        else:
            return text
    return _UNSTORABLE.sub("\ufffd", text)


def maybe_storable(text: str | None) -> str | None:
    return None if text is None else storable(text)


def _plain(value: Any) -> Any:
    """A value as JSON can hold it everywhere: no NaN or infinity (as text instead), no unstorable text."""
    if isinstance(value, str):
        return storable(value)
    if value is None or isinstance(value, int):  # bool is an int
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {storable(str(k)): _plain(v) for k, v in value.items()}
    if isinstance(value, Iterable):
        return [_plain(v) for v in value]
    raise TypeError(f"{type(value).__name__} cannot be stored as JSON")


# Compact, letters as they are: people read these columns.
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def dump_json(value: Any) -> str:
    """A value as JSON that both databases take. Looking closely at every string is for the rare one that needs it."""
    try:
        text = _encode(value)
        if "\\u0000" not in text and (text.isascii() or text.encode()):
            return text
    except (ValueError, TypeError):  # infinity, a lone surrogate (UnicodeEncodeError), a mapping that is no dict
        pass
    return _encode(_plain(value))


def encode_reason(reason: Reason) -> dict[str, Any]:
    return {"code": reason.code, "facts": dict(reason.facts)}


def decode_reason(stored: Mapping[str, Any]) -> Reason:
    return Reason(stored["code"], stored["facts"])


def encode_fields(fields: ClaimFields) -> dict[str, Any]:
    """Only what is set: most of a claim's fields are empty."""
    out: dict[str, Any] = {"act": fields.act}
    for name in ("speaker", "quote"):
        if (one := getattr(fields, name)) is not None:
            out[name] = one
    for name in ("chain", "predicate", "persons", "places", "dates"):
        if many := getattr(fields, name):
            out[name] = many
    for name in ("negated", "conditional"):
        if getattr(fields, name):
            out[name] = True
    if fields.quantities:
        out["quantities"] = [(q.low, q.high, q.unit, q.bound) for q in fields.quantities]
    return out


def decode_fields(stored: Mapping[str, Any]) -> ClaimFields:
    return ClaimFields(
        speaker=stored.get("speaker"),
        chain=tuple(stored.get("chain", ())),
        act=stored["act"],
        predicate=tuple(stored.get("predicate", ())),
        quantities=tuple(
            Quantity(float(low), float(high), unit, bound) for low, high, unit, bound in stored.get("quantities", ())
        ),
        persons=tuple(stored.get("persons", ())),
        places=tuple(stored.get("places", ())),
        dates=tuple(stored.get("dates", ())),
        negated=stored.get("negated", False),
        conditional=stored.get("conditional", False),
        quote=stored.get("quote"),
    )


def encode_bands(bands: Mapping[int, Iterable[int]]) -> bytes:
    """Look-up keys by view id: view (u16), count (u32), keys (i64 each), little-endian, one view after the other."""
    out = []
    for view, keys in bands.items():
        unique = list(dict.fromkeys(keys))
        out.append(struct.pack(f"<HI{len(unique)}q", view, len(unique), *unique))
    return b"".join(out)


def decode_bands(stored: bytes) -> list[tuple[int, int]]:
    """(view id, key) pairs of `encode_bands`."""
    pairs, at = [], 0
    while at < len(stored):
        view, count = struct.unpack_from("<HI", stored, at)
        at += 6
        pairs += [(view, key) for key in struct.unpack_from(f"<{count}q", stored, at)]
        at += 8 * count
    return pairs
