"""Draw claim links of a replay at random and print them side by side, for a person to read and judge.

    nice python -m tests.quality.links gj_fr_dev --same 200 --copies 60 --relations 40 --seed 7 > links.txt

A link ties a unit to an earlier unit of another article: the first mention of its claim (kind "same"), or of the claim
that it changes, denies or confirms (relation). Where the verdict names a later mention of the claim than the first as
the one that had it, that is printed too, as T: T and B is what a reader is told, A and B what the claim's id asserts.
Judge both: a claim whose T and B agree and whose A and B do not has grown by a chain.

Same-claim links are drawn in two layers, because links inside a copy group are many and easy: at most --copies of
them, the rest between articles that are no copies of each other.
What is printed holds article text, which is not ours to publish where the corpus is not: never commit it.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.core.model import Judgement, Mention
from tests.quality import streams

CONTEXT = 200  # characters of the article shown on either side of a unit


@dataclass(frozen=True, slots=True)
class Said:
    """A mention with the judgement it stands in."""

    judgement: Judgement
    mention: Mention

    @property
    def key(self) -> str:
        return self.judgement.reading.submission.key

    def shown(self, context: int) -> str:
        """Outlet, date and title, then the unit between >> and << with what surrounds it."""
        s, u = self.judgement.reading.submission, self.mention.unit
        before, after = s.text[max(0, u.start - context) : u.start], s.text[u.end : u.end + context]
        dated = s.published.isoformat(" ", "minutes") if s.published else "undated"
        passage = " ".join(f"{before}>>{s.text[u.start : u.end]}<<{after}".split())
        return f"{self.key} {s.outlet}, {dated} | {s.title}\n    {passage}"


@dataclass(frozen=True, slots=True)
class Link:
    """A later mention and the earlier one it is tied to. `kind` is same, updates, denies or confirms."""

    kind: str
    earlier: Said  # the first mention of the claim
    later: Said
    told: Said | None = None  # the mention the verdict names, where that is not the first

    @property
    def copies(self) -> bool:
        return self.earlier.judgement.placement.copy_group == self.later.judgement.placement.copy_group

    def shown(self, number: int, context: int = CONTEXT) -> str:
        m = self.later.mention
        head = f"#{number} {self.kind} {'copies' if self.copies else 'beyond'} {m.status} {m.reason.code} {m.score:.2f}"
        head += f" sure {m.reason.facts['sure']}" if "sure" in m.reason.facts else ""
        told = f"  T {self.told.shown(context)}\n" if self.told else ""
        return f"{head}\n  A {self.earlier.shown(context)}\n{told}  B {self.later.shown(context)}\n"


def links(judgements: Iterable[Judgement]) -> list[Link]:
    """All links of a replay, each to the first mention of its claim, where that stands in another article."""
    first: dict[str, Said] = {}
    of_article: dict[tuple[str, str | None], Said] = {}
    found: list[Link] = []
    for judgement in judgements:
        for mention in judgement.mentions:
            said = Said(judgement, mention)
            known = first.setdefault(mention.claim, said)
            of_article.setdefault((mention.claim, said.key), said)
            if known.key != said.key:
                named = of_article.get((mention.claim, mention.first_article))
                found.append(Link("same", known, said, named if named not in (known, said) else None))
            kind, _, target = (mention.relation or "").partition(":")
            if target in first and first[target].key != said.key:
                found.append(Link(kind, first[target], said))
    return found


def drawn(found: list[Link], same: int, copies: int, relations: int, seed: int) -> list[Link]:
    """A sample of `same` same-claim links, at most `copies` of them inside copy groups, and of `relations` others."""
    rng = random.Random(seed)
    layers: dict[str, list[Link]] = defaultdict(list)
    for link in found:
        layers["relation" if link.kind != "same" else "copies" if link.copies else "beyond"].append(link)
    inside = rng.sample(layers["copies"], min(copies, same, len(layers["copies"])))
    beyond = rng.sample(layers["beyond"], min(same - len(inside), len(layers["beyond"])))
    return inside + beyond + rng.sample(layers["relation"], min(relations, len(layers["relation"])))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", nargs="+")
    parser.add_argument("--same", type=int, default=200)
    parser.add_argument("--copies", type=int, default=60)
    parser.add_argument("--relations", type=int, default=40)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--operating-point", default="balanced")
    args = parser.parse_args()
    for name in args.corpora:
        base = streams.folder(name)
        if base is None:
            parser.error(f"{name}: not at hand")
        stream = streams.submissions([base / "articles.jsonl"])
        found = links(streams.replayed(stream, streams.default_desk(args.operating_point)))
        counts = Counter((link.kind, "copies" if link.copies else "beyond") for link in found)
        print(name, ", ".join(f"{kind} {layer}: {n}" for (kind, layer), n in sorted(counts.items())), "\n")
        for number, link in enumerate(drawn(found, args.same, args.copies, args.relations, args.seed), 1):
            print(link.shown(number))


if __name__ == "__main__":
    main()
