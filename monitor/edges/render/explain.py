"""Why two articles are together or apart, in words: what they share, what differs, each score beside its threshold."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from datetime import UTC, tzinfo
from functools import partial
from typing import Any

from monitor.core.archive import ArticleRecord, MentionRecord
from monitor.core.matching.explain import Explanation, Measure, Shared
from monitor.core.phrases import WORDS
from monitor.core.showing import one_line
from monitor.core.telling import tell
from monitor.core.wording import listing, moment, number, quoted, relation_word, say, status_word, word

WIDTH = 92
PASSAGES = 6  # the longest shared passages that are shown
NAMES = 14  # names, numbers or quotes listed before "and more"


def render_explanation(
    explanation: Explanation,
    a: ArticleRecord,
    b: ArticleRecord,
    language: str = "en",
    zone: tzinfo = UTC,
    measures: bool = True,
) -> str:
    """The comparison of two articles as plain text; without `measures` the table of scores is left out."""
    page = _Page(explanation, a, b, "fr" if language == "fr" else "en", zone)
    return "\n".join(line.rstrip() for line in page.lines(measures)) + "\n"


def explanation_object(
    explanation: Explanation, a: ArticleRecord, b: ArticleRecord, language: str = "en"
) -> dict[str, Any]:
    """The same for programs."""
    return {
        "schema": 1,
        "kind": "echowire-explanation",
        "a": a.key,
        "b": b.key,
        "same_copy": explanation.same_copy,
        "same_story": explanation.same_story,
        "recorded_same_story": a.story == b.story,
        "recorded_same_copy_group": a.copy_group == b.copy_group,
        "reasons": [{"code": r.code, "text": say(r, language)} for r in explanation.reasons],
        "passages": [
            {
                "words": p.words,
                "a": [p.a_start, p.a_end],
                "b": [p.b_start, p.b_end],
                "text": a.text[p.a_start : p.a_end],
            }
            for p in explanation.passages
        ],
        "names": _shared_object(explanation.names),
        "numbers": _shared_object(explanation.numbers),
        "quotes": _shared_object(explanation.quotes),
        "measures": [
            {"name": m.name, "value": m.value, "threshold": m.threshold, "passed": m.passed}
            for m in explanation.measures
        ],
        "claims": [
            {"claim": x.claim, "a": x.text, "b": y.text, "a_status": x.status.value, "b_status": y.status.value}
            for x, y in shared_claims(a, b)
        ],
    }


def shared_claims(a: ArticleRecord, b: ArticleRecord) -> list[tuple[MentionRecord, MentionRecord]]:
    """Mentions of `a` and `b` of the same claim, or of which one updates, denies or confirms the other's.

    A sentence of `a` that makes several claims is shown with one of `b`: the same claim before a related one.
    """
    pairs: dict[int, tuple[MentionRecord, MentionRecord]] = {}
    for same in (True, False):
        for x in a.mentions:
            found = next((y for y in b.mentions if _linked(x, y, same)), None)
            if found is not None:
                pairs.setdefault(x.start, (x, found))
    return [pairs[start] for start in sorted(pairs)]


def _linked(x: MentionRecord, y: MentionRecord, same: bool) -> bool:
    targets = {(m.relation or "").partition(":")[2] for m in (x, y)}
    return x.claim == y.claim if same else x.claim in targets or y.claim in targets


def _shared_object(shared: Shared) -> dict[str, list[str]]:
    return {"both": list(shared.both), "only_a": list(shared.only_a), "only_b": list(shared.only_b)}


class _Page:
    """The parts of the page, top to bottom."""

    def __init__(self, e: Explanation, a: ArticleRecord, b: ArticleRecord, language: str, zone: tzinfo) -> None:
        self.e, self.a, self.b, self.language, self.zone = e, a, b, language, zone
        self.w = partial(word, language=language)

    def lines(self, measures: bool) -> Iterator[str]:
        yield from self.article("A", self.a)
        yield from self.article("B", self.b)
        yield ""
        for reason in self.e.reasons:
            yield from _wrap(say(reason, self.language), 0)
        yield from self.recorded()
        yield from self.passages()
        for title, shared in (("names", self.e.names), ("numbers", self.e.numbers), ("quotes", self.e.quotes)):
            yield from self.shared(title, shared)
        yield from self.claims()
        if measures:
            yield from self.measures()

    def article(self, letter: str, a: ArticleRecord) -> Iterator[str]:
        head = f"{letter}  {one_line(a.outlet)}, {moment(a.when, self.language, self.zone)} [{a.language}] {a.key}"
        yield from _wrap(head, 0, 3)
        yield from _wrap(one_line(a.title), 3)

    def recorded(self) -> Iterator[str]:
        """What the archive says, which other articles may have decided."""
        story = "recorded.story" if self.a.story == self.b.story else "recorded.stories"
        yield from _wrap(tell(story, self.language, a=self.a.story, b=self.b.story), 0)
        if self.a.copy_group == self.b.copy_group:
            yield from _wrap(tell("recorded.copies", self.language, group=self.a.copy_group), 0)
        for letter, one, other in (("A", self.a, self.b), ("B", self.b, self.a)):
            if one.derives_from == other.key:
                what = relation_word(one.relation, self.language)
                source = "B" if letter == "A" else "A"
                yield from _wrap(tell("recorded.derives", self.language, one=letter, what=what, other=source), 0)

    def title(self, key: str) -> Iterator[str]:
        yield ""
        yield self.w(f"explain.{key}")

    def passages(self) -> Iterator[str]:
        if not self.e.passages:
            return
        yield from self.title("passages")
        longest = sorted(self.e.passages, key=lambda p: (-p.words, p.a_start))[:PASSAGES]
        for p in sorted(longest, key=lambda p: p.a_start):
            text = quoted(one_line(self.a.text[p.a_start : p.a_end]), self.language)
            yield from _wrap(f"{p.words:3} {self.w('explain.words')}  {text}", 2, 13)
        if len(self.e.passages) > PASSAGES:
            yield from _wrap(tell("more", self.language, count=len(self.e.passages) - PASSAGES), 13)

    def shared(self, title: str, shared: Shared) -> Iterator[str]:
        if not (shared.both or shared.only_a or shared.only_b):
            return
        yield from self.title(title)
        for key, items in (("both", shared.both), ("only a", shared.only_a), ("only b", shared.only_b)):
            if items:
                label = self.w(f"explain.{key}")
                yield from _wrap(f"{label:<15}{self.list(items, title == 'quotes')}", 2, 17)

    def list(self, items: Sequence[str], quotes: bool) -> str:
        shown = [one_line(i, 120) for i in items]
        return listing([quoted(i, self.language) for i in shown] if quotes else shown, self.language, NAMES)

    def claims(self) -> Iterator[str]:
        pairs = shared_claims(self.a, self.b)
        yield from self.title("claims")
        if not pairs:
            yield from _wrap(self.w("explain.no claims"), 2)
        for i, (x, y) in enumerate(pairs):
            if i:
                yield ""
            for letter, m in (("A", x), ("B", y)):
                label = status_word(m.status, self.language)
                yield from _wrap(f"{letter}  {label}  {quoted(one_line(m.text), self.language)}", 2, 5)
                yield from _wrap(say(m.reason, self.language), 5)

    def measures(self) -> Iterator[str]:
        yield from self.title("measures")
        for m in self.e.measures:
            yield f"  {self.measure(m.name):<58}{self.figure(m.value):>9}  {self.verdict(m)}"

    def measure(self, name: str) -> str:
        """A score's name in words; one that has none yet is shown by its own."""
        base, mark, way = name.rpartition("_")
        if f"measure.{name}" not in WORDS and f"measure._{way}" in WORDS:
            return f"{self.measure(base)}, {self.w(f'measure.{mark}{way}')}"
        return self.w(f"measure.{name}").removeprefix("measure.").replace("_", " ")

    def figure(self, value: float) -> str:
        return number(round(float(value), 3), self.language)

    def verdict(self, m: Measure) -> str:
        if m.threshold is None:
            return ""
        key = "measure reached" if m.passed else "measure missed"
        return tell(key, self.language, threshold=self.figure(m.threshold))


def _wrap(text: str, indent: int, hang: int | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent if hang is None else hang),
        break_long_words=False,
        break_on_hyphens=False,
    )
