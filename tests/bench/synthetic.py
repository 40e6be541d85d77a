"""Invented news by the hundred thousand: word frequencies, story sizes and reuse of the shape of real streams.

A Zipf vocabulary of made-up words, stories with names, places and figures of their own, and for each story a wire
text, copies with furniture, trims and rewrites. The same seed gives the same stream on every machine.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from monitor.core.model import Submission

START = datetime(2026, 1, 1, tzinfo=UTC)
SAYING = ("a déclaré", "a annoncé", "a indiqué", "a précisé", "a affirmé", "a ajouté", "a assuré")
GLUE = (
    *("le", "la", "les", "de", "des", "du", "un", "une", "et", "en", "pour", "par", "sur", "avec", "dans", "que"),
    *("qui", "a", "est", "sont", "aux", "au", "ce", "cette", "son"),
)
OUTLETS = tuple(f"Outlet {n}" for n in range(40))


class Inventor:
    """Makes stories. `words` is the size of the vocabulary."""

    def __init__(self, seed: int = 1, words: int = 40_000) -> None:
        self.rng = random.Random(seed)
        syllables = [c + v for c in "bcdfglmnprstv" for v in ("a", "e", "i", "o", "u", "an", "on", "ier", "eau")]
        made = {"".join(self.rng.choices(syllables, k=self.rng.randint(2, 4))) for _ in range(words)}
        self.words = sorted(made)
        self.rng.shuffle(self.words)
        self.weights = [1 / (rank + 30) for rank in range(len(self.words))]
        self.names = [w.capitalize() for w in self.rng.sample(self.words, 6000)]

    def sentence(self, names: list[str], topic: list[str]) -> str:
        """One sentence of some twenty-five words that says something of this story."""
        rng, out = self.rng, []
        for word in rng.choices(self.words, self.weights, k=rng.randint(8, 16)):
            out += [rng.choice(GLUE), word]
        for word in rng.choices(topic, k=3):
            out.insert(rng.randrange(len(out)), word)
        if rng.random() < 0.5:
            out.insert(rng.randrange(len(out)), str(rng.randint(2, 40_000)))
        text = " ".join(out)
        speaker = rng.choice(names)
        if rng.random() < 0.3:
            return f'"{text.capitalize()}", {rng.choice(SAYING)} {speaker}.'
        return f"{speaker} {text}, {rng.choice(SAYING)} {rng.choice(names)}."

    def story(self) -> tuple[str, list[str], list[str], list[str]]:
        """Title, sentences of the wire text, names and topic words of a new story."""
        rng = self.rng
        names = [f"{rng.choice(self.names)} {rng.choice(self.names)}" for _ in range(rng.randint(3, 6))]
        topic = rng.sample(self.words[200:], 12)
        title = f"{names[0]}: {' '.join(topic[:4])}"
        return title, [self.sentence(names, topic) for _ in range(rng.randint(8, 18))], names, topic

    def variant(self, sentences: list[str], names: list[str], topic: list[str]) -> list[str]:
        """What another outlet makes of it: verbatim, trimmed, with additions, or rewritten."""
        roll = self.rng.random()
        if roll < 0.3:
            return sentences
        if roll < 0.55:
            return sentences[: max(4, len(sentences) * 2 // 3)]
        if roll < 0.75:
            return [*sentences[:6], *(self.sentence(names, topic) for _ in range(3))]
        return [self.sentence(names, topic) for _ in range(len(sentences))]


def stream(count: int, seed: int = 1) -> Iterator[Submission]:
    """`count` submissions over 30 days, about a third of them first of their story."""
    inventor = Inventor(seed)
    rng = inventor.rng
    open_stories: list[tuple[str, list[str], list[str], list[str]]] = []
    for n in range(count):
        if not open_stories or rng.random() < 0.35:
            open_stories = [*open_stories[-60:], inventor.story()]
            title, sentences, _, _ = open_stories[-1]
        else:
            title, base, names, topic = rng.choice(open_stories)
            sentences = inventor.variant(base, names, topic)
        when = START + timedelta(days=30) * (n / count)
        paragraphs = "\n\n".join(" ".join(sentences[i : i + 2]) for i in range(0, len(sentences), 2))
        yield Submission(f"b{n:07d}", rng.choice(OUTLETS), title, paragraphs, when, when, language="fr")
