"""Why two articles are together or apart, in words: what they share, what differs, each score beside its threshold."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from datetime import UTC, tzinfo
from functools import partial
from typing import Any

from monitor.core.archive import ArticleRecord, MentionRecord
from monitor.core.matching.explain import Explanation, Measure, Shared
from monitor.core.showing import one_line
from monitor.core.telling import tell
from monitor.core.wording import (
    NBSP,
    age,
    listing,
    moment,
    number,
    quoted,
    relation_word,
    say,
    status_word,
    word,
)

WIDTH = 92
PASSAGES = 6  # the longest shared passages that are shown
LONG = 8  # words of a passage that is worth showing where there are such
SHOWN = (  # of what two articles have in common as reports of an event; the object for programs has all
    "names", "core_names", "stems", "cognates", "title", "numbers", "core_numbers", "places", "core_places", "meaning",
    "hours", "story",
)  # fmt: skip
COUNTS = ("passages", "passage_words")
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
            {"name": m.name, "part": m.part, "value": m.value, "threshold": m.threshold, "passed": m.passed}
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


def _shared_object(shared: Shared) -> dict[str, list[Any]]:
    return {
        "both": list(shared.both), "alike": [list(pair) for pair in shared.alike], "only_a": list(shared.only_a),
        "only_b": list(shared.only_b),
    }  # fmt: skip


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
        if self.e.same_story != (self.a.story == self.b.story):
            yield from _wrap(tell("recorded.others", self.language), 0)
        if self.a.copy_group == self.b.copy_group:
            yield from _wrap(tell("recorded.copies", self.language, group=self.a.copy_group), 0)
        for letter, one, other in (("A", self.a, self.b), ("B", self.b, self.a)):
            if one.derives_from == other.key:
                what = relation_word(one.relation, self.language)
                source = "B" if letter == "A" else "A"
                yield from _wrap(tell("recorded.derives", self.language, one=letter, what=what, other=source), 0)
        origins = "recorded.origin" if self.a.origin == self.b.origin else "recorded.origins"
        yield from _wrap(tell(origins, self.language, a=self.a.origin, b=self.b.origin), 0)

    def title(self, key: str) -> Iterator[str]:
        yield ""
        yield self.w(f"explain.{key}")

    def passages(self) -> Iterator[str]:
        if not self.e.passages:
            return
        yield from self.title("passages")
        longest = sorted(self.e.passages, key=lambda p: (-p.words, p.a_start))[:PASSAGES]
        longest = [p for p in longest if p.words >= LONG] or longest
        for p in sorted(longest, key=lambda p: p.a_start):
            text = quoted(one_line(self.a.text[p.a_start : p.a_end]), self.language)
            yield from _wrap(f"{p.words:3} {self.w('explain.words')}  {text}", 2, 13)
        if len(self.e.passages) > len(longest):
            yield from _wrap(tell("more", self.language, count=len(self.e.passages) - len(longest)), 13)

    def shared(self, title: str, shared: Shared) -> Iterator[str]:
        if not (shared.both or shared.alike or shared.only_a or shared.only_b):
            return
        yield from self.title(title)
        alike = [f"{quoted(one_line(a, 120), self.language)} / {quoted(one_line(b, 120), self.language)}"
                 for a, b in shared.alike]  # fmt: skip
        if alike:
            yield from _wrap(f"{self.w('explain.alike'):<15}{listing(alike, self.language, NAMES)}", 2, 17)
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
        """What was asked, with the answers: of copies each has a threshold, of one event only the whole."""
        parts = {"copy": "copy", "event": "story"}
        for title, part in parts.items():
            found = [m for m in self.e.measures if m.part == part and (part == "copy" or m.name in SHOWN)]
            if found:
                yield from self.title(title)
            for m in sorted(found, key=lambda m: SHOWN.index(m.name) if m.name in SHOWN else 0):
                yield f"  {self.figure(m, m.value):>11}  {self.measure(m.name):<38} {self.verdict(m)}"

    def measure(self, name: str) -> str:
        """A score's name in words; one that has none yet is shown by its own."""
        return self.w(f"measure.{name}").removeprefix("measure.").replace("_", " ")

    def figure(self, m: Measure, value: float) -> str:
        """Shares in percent, counts and the score of the whole as they are, time as an age."""
        if m.name == "hours":
            return age(value * 3600, self.language)
        if m.name in COUNTS or m.name == "story":
            return number(round(float(value), 2), self.language)
        return f"{round(value * 100)}{NBSP if self.language == 'fr' else ''}%"

    def verdict(self, m: Measure) -> str:
        if m.threshold is None:
            return ""
        if m.at_most:
            key = "measure within" if m.passed else "measure over"
        else:
            key = "measure reached" if m.passed else "measure missed"
        return tell(key, self.language, threshold=self.figure(m, m.threshold))


def _wrap(text: str, indent: int, hang: int | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent if hang is None else hang),
        break_long_words=False,
        break_on_hyphens=False,
    )
