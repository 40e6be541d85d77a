"""How rare a term is: document frequencies of a learnt file, with a guess for what it does not list."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from monitor.core.matching.view import Kind

_UNSEEN = 0.5  # documents an unlisted term is held to be in


@dataclass(frozen=True, eq=False)
class Idf:
    """`frequencies` by table ("fr", "en", ... for stems; "cognate", "name", "number") of `stories` stories each."""

    stories: Mapping[str, int] = field(default_factory=dict)
    frequencies: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @classmethod
    def parse(cls, data: bytes) -> Idf:
        raw = json.loads(data)
        return cls(raw["stories"], raw["frequencies"])

    def of(self, kind: Kind, form: str, language: str) -> float:
        """The inverse document frequency, 0 or more."""
        name = language if kind is Kind.STEM else kind.name.lower()
        if kind is Kind.NUMBER:
            return _number(form)
        total = self.stories.get(name, 150)
        return math.log((total + 1) / (self.frequencies.get(name, {}).get(form, 0) + _UNSEEN))


def _number(form: str) -> float:
    """A number tells more the less round it is and the more digits it has; years and small counts tell little."""
    value = float(form)
    if 1900 <= value <= 2100 and value == int(value):
        return 0.7
    digits = form.split("e", maxsplit=1)[0].replace(".", "").strip("0")
    return {0: 0.3, 1: 1.0, 2: 3.0}.get(len(digits), 5.0) + (0.5 if value != int(value) or value >= 1000 else 0.0)
