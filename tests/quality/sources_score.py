"""Who is whose source: `derives_from` and `origin` against the annotated corpora.

    python -m tests.quality.sources_score                 all corpora at hand, each as a stream of its own
    python -m tests.quality.sources_score own7 --errors   one, and every article that is wrong

Only articles are placed, claims are left out. An article annotated with a source counts where that source is in the
stream and was published before it:

    named      that article
    its copy   another of the source's copy group: the same text from another outlet
    its line   an article that by annotation derives from the source, or that the source derives from
    other      another article
    none       no source at all

Articles annotated without a source should name none; follow-ups are left out there, because some annotators gave them
the article they follow and others did not. `origin` is not annotated. What is known is that an article has the origin
of the first article of its line (`same origin`; those that credit an agency are left out: the credit decides), and that
what is annotated "independent" stands for its outlet, or for the agency it credits (`own origin`).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from monitor.core.desk import Desk
from monitor.core.matching.place import MatchSettings, fingerprint_document, place
from monitor.core.model import Judgement, Reading, Submission
from monitor.core.text.clean import clean
from monitor.core.text.language import identify
from monitor.core.window import Window
from monitor.languages import pack, resource
from tests.memory import MemoryWindow
from tests.quality.streams import folder, submissions

NAMES = (*(f"dev{n}" for n in range(1, 7)), *(f"own{n}" for n in range(1, 10)))


@dataclass(frozen=True)
class Label:
    """One line of labels.jsonl."""

    group: tuple[str, str]
    variant: str
    source: str | None


def labels_of(name: str) -> dict[str, Label]:
    home = folder(name)
    assert home is not None, f"{name} is not at hand"
    rows = map(json.loads, (home / "labels.jsonl").read_text("utf8").splitlines())
    return {
        r["article"]: Label((r["story"], r["copy_group"] or r["article"]), r["variant"], r["derives_from"])
        for r in rows
    }


def read(s: Submission, settings: MatchSettings) -> Reading:
    """An article as far as matching needs it."""
    language = identify(s.title, s.text, s.language)
    document = clean(s.text, s.title, pack(language), language, s.when)
    fingerprint, view = fingerprint_document(document, s, pack(language), settings)
    return Reading(s, document, fingerprint, view, (), tuple(dict.fromkeys(c.agency for c in document.credits)))


def readings_of(name: str, settings: MatchSettings) -> list[Reading]:
    """The articles of a corpus in the order in which they are judged."""
    home = folder(name)
    assert home is not None, f"{name} is not at hand"
    return [read(s, settings) for s in sorted(submissions([home / "articles.jsonl"]), key=Desk.order_key)]


def placing(readings: Iterable[Reading], settings: MatchSettings) -> Iterator[tuple[Judgement, Window]]:
    """The judgements of a stream, without claims, each with the window as it was before that article."""
    window = MemoryWindow()
    for reading in readings:
        placement, events = place(reading, window, settings, window.find(reading.submission.key))
        judgement = Judgement(reading, placement, (), events)
        yield judgement, window
        window.record(judgement)


def line(key: str, labels: dict[str, Label]) -> list[str]:
    """An article and what it derives from, by annotation, up to the first."""
    found = [key]
    while (source := labels[found[-1]].source) in labels and source is not None and source not in found:
        found.append(source)
    return found


def verdict(key: str, done: dict[str, Judgement], labels: dict[str, Label]) -> str:
    """How right the source named for an article is."""
    wanted, got = labels[key].source, done[key].placement.derives_from
    if wanted is None or wanted not in done:
        if labels[key].variant == "follow-up":
            return "undecided"
        return "rightly none" if got is None else "one too many"
    if got is None:
        return "none"
    if got == wanted:
        return "named"
    if labels[got].group == labels[wanted].group:
        return "its copy"
    return "its line" if got in line(wanted, labels) or wanted in line(got, labels) else "other"


def origin_verdict(key: str, done: dict[str, Judgement], labels: dict[str, Label]) -> str | None:
    """Whether an article stands for the source that it should stand for; None where that is not known."""
    root = line(key, labels)[-1]
    p, reading = done[key].placement, done[key].reading
    credited = any(c.kind != "cited" for c in reading.document.credits)
    if root != key:
        if root not in done or labels[key].variant == "follow-up" or credited:
            return None
        return "same origin" if p.origin == done[root].placement.origin else "other origin"
    if labels[key].variant != "independent" or labels[key].source is not None:
        return None
    kind = "agency" if credited else "outlet"
    return "own origin" if p.origin.startswith(kind) and p.derives_from is None else "borrowed origin"


def counted(name: str, readings: Iterable[Reading], settings: MatchSettings, errors: bool = False) -> Counter[str]:
    """How often each verdict is given on a corpus. `errors` prints what is wrong."""
    labels = labels_of(name)
    done = {j.reading.submission.key: j for j, _ in placing(readings, settings)}
    counts: Counter[str] = Counter()
    for key, judgement in done.items():
        wanted = labels[key].source
        if wanted in done and done[wanted].reading.submission.when > judgement.reading.submission.when:
            counts["source later"] += 1
            continue
        found = verdict(key, done, labels)
        origin = origin_verdict(key, done, labels)
        counts.update((found, *([origin] if origin else [])))
        if errors and (
            found in ("its line", "other", "none", "one too many") or origin in ("other origin", "borrowed origin")
        ):
            p = judgement.placement
            print(f"  {key:22s} {labels[key].variant:15s} {found:13s} is {p.derives_from} ({p.relation.value}), "
                  f"wanted {wanted}; {origin}: {p.origin}")  # fmt: skip
    return counts


def table(names: Iterable[str], errors: bool) -> None:
    settings = MatchSettings.load(resource)
    total: Counter[str] = Counter()
    for name in names:
        counts = counted(name, readings_of(name, settings), settings, errors)
        show(name, counts)
        total.update(counts)
    show("all", total)


def show(name: str, c: Counter[str]) -> None:
    sourced = sum(c[k] for k in ("named", "its copy", "its line", "other", "none")) or 1
    alone = (c["rightly none"] + c["one too many"]) or 1
    shared, own = (c["same origin"] + c["other origin"]) or 1, (c["own origin"] + c["borrowed origin"]) or 1
    print(
        f"{name:6s} of {sourced} with a source: named {c['named'] / sourced:.3f}, with its copies "
        f"{(c['named'] + c['its copy']) / sourced:.3f}, with its line "
        f"{(c['named'] + c['its copy'] + c['its line']) / sourced:.3f}, other {c['other'] / sourced:.3f}, none "
        f"{c['none'] / sourced:.3f}; of {alone} without: rightly none {c['rightly none'] / alone:.3f}; origin: of "
        f"{shared} shared {c['same origin'] / shared:.3f}, of {own} own {c['own origin'] / own:.3f}"
    )


def main() -> int:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("names", nargs="*")
    ap.add_argument("--errors", action="store_true", help="print every article whose source or origin is wrong")
    a = ap.parse_args()
    table([n for n in a.names or NAMES if folder(n)], a.errors)
    return 0


if __name__ == "__main__":
    sys.exit(main())
