"""Which edits of a text are still taken for copies of it, and what only looks like one.

    python -m tests.quality.copies_score            all our corpora (learnt from or not: nothing here is learnt)
    python -m tests.quality.copies_score own7 own8  these

Every article of at least PARAGRAPHS paragraphs is edited as desks edit dispatches, with a fixed seed, and the pair is
put to the rule of `core.matching.copies`, at another outlet and, where it says so, at the same one. Pairs that should
be joined come first, pairs that should not after them. The tables of `measure` say how whole streams
are grouped; these figures say where the rule's borders lie.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable
from dataclasses import replace

from monitor.core.matching.copies import CopyRule, overlap
from monitor.core.matching.place import MatchSettings
from monitor.core.matching.view import View, decode
from monitor.core.model import Submission
from monitor.core.text.clean import clean
from monitor.core.text.language import identify
from monitor.languages import pack, resource
from tests.quality.calibrate_stories import _filled_otherwise, documents, read
from tests.quality.streams import folder

PARAGRAPHS = 5
NAMES = (*(f"dev{n}" for n in range(1, 7)), *(f"own{n}" for n in range(1, 10)))
Text = list[str]  # paragraphs
Edit = Callable[[Text, Text, random.Random], tuple[Text, Text]]


def trim(share: float) -> Edit:
    """The first paragraphs only."""
    return lambda t, _other, _rnd: (t, t[: max(2, round(share * len(t)))])


def picked(share: float) -> Edit:
    """Some paragraphs, the first always among them."""
    return lambda t, _other, rnd: (t, [p for i, p in enumerate(t) if not i or rnd.random() < share])


def inserted(share: float) -> Edit:
    """The whole text with paragraphs of another between its own, to this share of the length."""

    def edit(t: Text, other: Text, rnd: random.Random) -> tuple[Text, Text]:
        return t, _mixed(t, other, share, rnd)

    return edit


def both_edited(t: Text, other: Text, rnd: random.Random) -> tuple[Text, Text]:
    """Two desks: each keeps most paragraphs and adds its own."""
    half = len(other) // 2
    one, two = ([p for i, p in enumerate(t) if not i or rnd.random() < 0.75] for _ in range(2))
    return _mixed(one, other[:half], 0.3, rnd), _mixed(two, other[half:], 0.3, rnd)


def reworded(rate: float) -> Edit:
    """Words replaced by words of another text, one in so many."""

    def edit(t: Text, other: Text, rnd: random.Random) -> tuple[Text, Text]:
        pool = " ".join(other).split()
        return t, [" ".join(rnd.choice(pool) if rnd.random() < rate else w for w in p.split()) for p in t]

    return edit


def figures_added(t: Text, other: Text, rnd: random.Random) -> tuple[Text, Text]:
    """The same text after a paragraph of its own that is full of figures."""
    figures = [s for p in other for s in re.findall(r"[^.]*\d[^.]*\.", p)]
    return t, [" ".join(figures[:3]), *t[:-1]] if figures else t


def passage(t: Text, other: Text, rnd: random.Random) -> tuple[Text, Text]:
    """Another article that holds one of the paragraphs, not the first."""
    return t, [*other[:2], rnd.choice(t[1:]), *other[2:]]


def closing(t: Text, other: Text, rnd: random.Random) -> tuple[Text, Text]:
    """Another article with the same last paragraph."""
    return t, [*other, t[-1]]


EDITS: dict[str, tuple[bool, Edit]] = {
    "first 60%": (True, trim(0.6)),
    "first 30%": (True, trim(0.3)),
    "half of the paragraphs": (True, picked(0.5)),
    "as much added": (True, inserted(0.5)),
    "twice as much added": (True, inserted(0.67)),
    "two desks' edits": (True, both_edited),
    "one word in twenty": (True, reworded(0.05)),
    "one word in eight": (True, reworded(0.125)),
    "figures added": (True, figures_added),
    "one paragraph shared": (False, passage),
    "last paragraph shared": (False, closing),
}


def _mixed(t: Text, other: Text, share: float, rnd: random.Random) -> Text:
    """Paragraphs of another text put in between until they are this share of the words."""
    wanted = share / (1 - share) * sum(len(p.split()) for p in t)
    out = list(t)
    for p in other:
        if wanted <= 0:
            break
        out.insert(rnd.randrange(len(out) + 1), p)
        wanted -= len(p.split())
    return out


def view_of(s: Submission, text: Text, settings: MatchSettings) -> View:
    """The view of an article with this text."""
    body = "\n\n".join(text)
    language = identify(s.title, body, s.language)
    document = clean(body, s.title, pack(language), language, s.when)
    return decode(read(replace(s, text=body), document, settings).view)


def main() -> int:
    settings = MatchSettings.load(resource)
    rule: CopyRule = settings.copies
    names = [n for n in sys.argv[1:] or NAMES if folder(n)]
    held: dict[str, list[bool]] = {}
    for name in names:
        rnd = random.Random(name)
        rows = documents(name)
        for s, document in rows:
            paragraphs = [p for p in re.split(r"\n\s*\n", s.text) if p.strip()]
            if len(paragraphs) < PARAGRAPHS:
                continue
            strangers = [o for o, d in rows if d.language == document.language and o.key != s.key]
            if not strangers:
                continue
            stranger = rnd.choice(strangers)
            other = [p for p in re.split(r"\n\s*\n", stranger.text) if p.strip()]
            for label, (wanted, edit) in EDITS.items():
                one, two = (view_of(s, t, settings) for t in edit(paragraphs, other, rnd))
                held.setdefault(("join   " if wanted else "apart  ") + label, []).append(
                    rule.holds(overlap(one, two), same_outlet=False)
                )
            foreign = rnd.choice([d for _, d in rows if d.language == document.language])
            twin = decode(read(s, _filled_otherwise(document, rnd, foreign), settings).view)
            o = overlap(decode(read(s, document, settings).view), twin)
            for outlet in (False, True):
                label = f"apart  filled otherwise, {'same' if outlet else 'another'} outlet"
                held.setdefault(label, []).append(rule.holds(o, outlet))
    print(f"{'':48s}joined  of")
    for label, found in held.items():
        print(f"{label:48s}{sum(found) / len(found):6.3f}  {len(found)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
