"""The scorer of relations, on a corpus of three sentences."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.quality.relations_score import rows, score

MENTIONS = [
    {"article": "a", "sentence": "Nine people were hurt.", "claim": "nine", "status": "new", "relation": None},
    {"article": "b", "sentence": "Ten people were hurt.", "claim": "ten", "status": "new", "relation": "updates:nine"},
    {"article": "c", "sentence": "Now ten are hurt.", "claim": "ten", "status": "echo", "relation": "updates:nine"},
    {"article": "c", "sentence": "A paper said so.", "claim": "ten", "status": "echo", "relation": "attributes:ten"},
]


def unit(text: str, claim: str, status: str, relation: str | None = None) -> dict[str, Any]:
    return {"text": text, "claim": claim, "status": status, "relation": relation}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "mentions.jsonl").write_text("".join(json.dumps(m) + "\n" for m in MENTIONS), encoding="utf8")
    return tmp_path


FIRST = {"id": "a", "claims": [unit("Nine people were hurt.", "k1", "new")]}


def test_a_relation_is_right_where_its_target_lies_on_a_sentence_of_the_target_claim(home: Path) -> None:
    """The new one and its echo are both right; `attributes` is not asked."""
    told = [
        FIRST,
        {"id": "b", "claims": [unit("Ten people were hurt.", "k2", "update", "updates:k1")]},
        {"id": "c", "claims": [unit("Now ten are hurt.", "k2", "echo", "updates:k1")]},
    ]
    out = score([home], told)
    assert tuple(out[k] for k in ("shown", "right", "all_right", "precision", "new")) == (1.0, 1.0, 1.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("claims", "outcome"),
    [
        ([unit("Ten people were hurt.", "k2", "update", "updates:k2")], "target"),
        ([unit("Ten people were hurt.", "k2", "denial", "denies:k1")], "kind"),
        ([unit("Ten people were hurt.", "k2", "new")], "untold"),
        ([unit("Ten people were hurt.", "k1", "echo")], "silent"),
        ([], "silent"),
    ],
)
def test_what_is_not_right_is_told_apart(home: Path, claims: list[dict[str, Any]], outcome: str) -> None:
    """A wrong target, another kind, a shown sentence without a relation, a silent one."""
    found = rows([home], [FIRST, {"id": "b", "claims": claims}])
    assert [outcome] == [r.outcome for r in found if r.article == "b" and r.target]


def test_a_relation_that_nobody_annotated_costs_precision(home: Path) -> None:
    """A denial told on the first article's sentence is false."""
    told = [{"id": "a", "claims": [unit("Nine people were hurt.", "k1", "denial", "denies:k0")]}]
    assert tuple(score([home], told)[k] for k in ("told", "precision")) == (1.0, 0.0)
