"""What goes into a column comes back, whatever an article says."""

from __future__ import annotations

import json
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.model import ClaimFields, Quantity, Reason
from monitor.edges.store.codec import (
    decode_bands,
    decode_fields,
    decode_reason,
    dump_json,
    encode_bands,
    encode_fields,
    encode_reason,
    storable,
)

UNHURRIED = settings(deadline=None)  # a busy machine is not a failure
KEYS = st.integers(-(2**63), 2**63 - 1)
PLAIN = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)
ANY = st.text(st.characters(codec=None), max_size=8)  # surrogates and NUL included
MANY = st.lists(PLAIN, max_size=3).map(tuple)
NUMBERS = st.floats(allow_nan=False)
FIELDS = st.builds(
    ClaimFields,
    speaker=st.none() | PLAIN, chain=MANY, act=st.sampled_from(["state", "deny"]), predicate=MANY,
    quantities=st.lists(st.builds(Quantity, NUMBERS, NUMBERS, st.none() | PLAIN, PLAIN), max_size=3).map(tuple),
    persons=MANY, places=MANY, dates=MANY, negated=st.booleans(), conditional=st.booleans(), quote=st.none() | PLAIN,
)  # fmt: skip


@UNHURRIED
@given(FIELDS)
def test_fields_come_back(fields: ClaimFields) -> None:
    """Infinity included, which JSON has no word for."""
    assert decode_fields(json.loads(dump_json(encode_fields(fields)))) == fields


@UNHURRIED
@given(st.dictionaries(PLAIN, PLAIN | st.integers() | st.booleans() | st.lists(PLAIN | st.integers())))
def test_reasons_come_back(facts: dict[str, object]) -> None:
    """Codes and facts, whatever mapping holds them."""
    for reason in (Reason("code", facts), Reason("code", MappingProxyType(facts))):
        assert decode_reason(json.loads(dump_json(encode_reason(reason)))) == Reason("code", facts)


@UNHURRIED
@given(ANY, ANY)
def test_json_holds_nothing_a_database_refuses(key: str, text: str) -> None:
    """No NUL, no lone surrogate, no NaN, in keys, in values and in lists of lists."""
    said = dump_json({key: text, "list": [text, [text, float("nan")]], "inner": MappingProxyType({"a": (text,)})})
    said.encode()
    read = json.loads(said)
    assert "\x00" not in str(read.keys()) + read["list"][0]
    assert read["list"] == [storable(text), [storable(text), "nan"]]
    assert read["inner"] == {"a": [storable(text)]}


def test_json_refuses_what_is_not_data() -> None:
    """An object of ours in a reason's facts is a bug, told at once."""
    with pytest.raises(TypeError, match="object cannot be stored"):
        dump_json({"facts": object()})


@UNHURRIED
@given(ANY)
def test_storable_text_keeps_its_length(text: str) -> None:
    """So that spans fit; done twice it changes nothing."""
    kept = storable(text)
    assert len(kept) == len(text)
    assert "\x00" not in kept
    assert kept.encode().decode() == kept == storable(kept)


@UNHURRIED
@given(st.dictionaries(st.integers(0, 2**15 - 1), st.lists(KEYS, max_size=50), max_size=4))
def test_bands_come_back(bands: dict[int, list[int]]) -> None:
    """Each view's keys once, in their order."""
    wanted = [(view, key) for view, keys in bands.items() for key in dict.fromkeys(keys)]
    assert decode_bands(encode_bands(bands)) == wanted
