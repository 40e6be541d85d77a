"""The invented news of the demo, read from `stories/*.toml` and dated so that it is of today.

A story file is written by hand. An article either has a `text` of its own, or is made from another as a desk makes
copies: `copy_of` that article, `keep` some paragraphs, `swap` some words, print it in the house `style`, put site
furniture `before` and `after`. Times are minutes from the start of the demo; `{day}` and `{date}` in a text become
the weekday and date of its own publication, `{day:ID}` those of another article.

Every article carries its gold labels (story, variant, and the sentences that bring something), which the demo
checks itself against. Nothing of them is served.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import resources
from typing import Any

from monitor.core.model import Status

SPAN = timedelta(minutes=1720)  # from the start of the demo to a little after its last article
BRINGS = (Status.NEW, Status.UPDATE, Status.DENIAL, Status.CONFIRMATION)

_WEEKDAYS = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "fr": ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
           "novembre", "décembre"),
    "en": ("Jan", "Feb", "March", "April", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outlet:
    """Who publishes, and in which kind of feed: "rss", "rss-full", "atom" or "json"."""

    slug: str
    name: str
    language: str
    format: str

    @property
    def host(self) -> str:
        return f"{self.slug}.example"


@dataclass(frozen=True, slots=True)
class DemoArticle:
    """One invented article with its gold labels."""

    id: str
    outlet: Outlet
    title: str
    text: str
    published: datetime
    story: str
    variant: str
    copy_group: str
    derives_from: str | None
    brings: tuple[tuple[Status, str], ...]  # verbatim spans of the text that nobody had before

    @property
    def path(self) -> str:
        """Where the outlet puts it: "/OUTLET/words-of-the-title-ID.html"."""
        plain = unicodedata.normalize("NFKD", self.title).encode("ascii", "ignore").decode().lower()
        words = re.findall(r"[a-z0-9]+", plain)[:8]
        return f"/{self.outlet.slug}/{'-'.join(words)}-{self.id}.html"

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return tuple(self.text.split("\n\n"))


@dataclass(frozen=True, slots=True)
class News:
    """All of it: outlets in the order of their file, articles in the order of publication, what each story is."""

    start: datetime
    outlets: tuple[Outlet, ...]
    articles: tuple[DemoArticle, ...]
    gists: Mapping[str, str]

    @property
    def end(self) -> datetime:
        return self.start + SPAN


def load(end: datetime) -> News:
    """The news of the demo, dated so that it ends at `end` (aware)."""
    start = end - SPAN
    files = sorted(f.name for f in resources.files(__package__).joinpath("stories").iterdir())
    tables = {n: _toml(n) for n in files if n.endswith(".toml")}
    outlets = {o["slug"]: Outlet(**o) for o in tables.pop("outlets.toml")["outlet"]}
    rows = {row["id"]: {"story": table["story"], **row} for table in tables.values() for row in table["article"]}
    gists = {table["story"]: table["gist"] for table in tables.values()}
    desk = _Desk(rows, outlets, start)
    articles = sorted((desk.article(i) for i in rows), key=lambda a: (a.published, a.id))
    return News(start, tuple(outlets.values()), tuple(articles), gists)


def _toml(name: str) -> dict[str, Any]:
    with resources.files(__package__).joinpath("stories", name).open("rb") as f:
        return tomllib.load(f)


class _Desk:
    """Makes articles from the rows of the story files."""

    def __init__(self, rows: Mapping[str, Mapping[str, Any]], outlets: Mapping[str, Outlet], start: datetime) -> None:
        self._rows, self._outlets, self._start = rows, outlets, start

    def article(self, key: str) -> DemoArticle:
        row = self._rows[key]
        body = self._body(key)
        parts = (self._dated(row.get("before", ""), key), body, self._dated(row.get("after", ""), key))
        return DemoArticle(
            id=key,
            outlet=self._outlets[row["outlet"]],
            title=row["title"],
            text="\n\n".join(p for p in parts if p),
            published=self._when(key),
            story=row["story"],
            variant=row["variant"],
            copy_group=self._root(key),
            derives_from=row.get("copy_of") or row.get("derives_from"),
            brings=tuple((s, self._dated(span, key)) for s in BRINGS for span in row.get(s.value, ())),
        )

    def _body(self, key: str) -> str:
        row = self._rows[key]
        if "copy_of" not in row:
            return self._dated(row["text"], key)
        source = row["copy_of"]
        paragraphs = self._body(source).split("\n\n")
        if not row.get("dateline", True):
            paragraphs[0] = re.sub(r"^[A-ZÉÈ].{0,60}? \((?:AFP|Reuters)\) - ", "", paragraphs[0])
        if "keep" in row:
            paragraphs = [paragraphs[n - 1] for n in row["keep"]]
        text = "\n\n".join(paragraphs)
        for old, new in row.get("swap", ()):
            old, new = self._dated(old, source), self._dated(new, source)
            if old not in text:
                raise ValueError(f"{key}: nothing to swap: {old!r} is not in {source}")
            text = text.replace(old, new)
        return _guillemets(text) if row.get("style") == "guillemets" else text

    def _dated(self, text: str, key: str) -> str:
        language = self._outlets[self._rows[key]["outlet"]].language

        def fill(m: re.Match[str]) -> str:
            when = self._when(m[2] or key)
            if m[1] == "day":
                return _WEEKDAYS[language][when.weekday()]
            month = _MONTHS[language][when.month - 1]
            return f"{when.day} {month} {when.year}" if language == "fr" else f"{month} {when.day}"

        return re.sub(r"\{(day|date)(?::([a-z0-9-]+))?\}", fill, text).strip()

    def _when(self, key: str) -> datetime:
        return self._start + timedelta(minutes=self._rows[key]["minutes"])

    def _root(self, key: str) -> str:
        while "copy_of" in self._rows[key]:
            key = self._rows[key]["copy_of"]
        return key


def _guillemets(text: str) -> str:
    """French typography of newspapers: « quotes », no-break spaces in thousands and before the percent sign."""
    text = re.sub(r'"([^"\n]*)"', "«\u00a0\\1\u00a0»", text)
    text = re.sub(r"(?<=\d)\.(?=\d{3}\b)", "\u00a0", text)
    return re.sub(r"(?<=\d)%", "\u00a0%", text)
