"""What one line of a page is: news, or one of the things that stand around news.

A line is judged by its form (hashtags, initials, a post's signature), by the patterns of its language pack, and by
the words that only a site says to its reader (`site` and `address` of the pack): two of them in a short line that
reports nobody's speech. Patterns are regular expressions on the folded line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from monitor.core.pack import Pack
from monitor.core.text.credits import canonical_agency
from monitor.core.text.document import BlockKind
from monitor.core.text.words import fold

_CURT = 80  # characters
SHORT = 320  # characters: beyond, no line of 564 furniture lines read in the development corpora
_LEAD_SYMBOLS = re.compile(r"^(?:[^\w(\"'©#@$«“„\-]|[–—])+")
_HASHTAGS = re.compile(r"(?:#[\w'’-]+[\s,·|]*)+")
_POST = re.compile(r"^(?:[—–-]{1,2}\s?.{1,80}|.{1,40})\(@\w+\)[\s,]*(?:.{0,30}\d{4})?\.?$")
_INITIALS = re.compile(
    r"^\(?/?[^\W\d_]{2,4}(?:-[^\W\d_]{2,4})*(?:/[^\W\d_]{2,4}(?:-[^\W\d_]{2,4})*){1,4}\)?$"  # bur-mad/agr/clr
    r"|^[A-Z]{2,4} ?// ?[A-Z]{2,4}\.?$"  # JPM // NFO
    r"|^(?:[A-Z][a-z]?\. ?(?:-[A-Z]\. ?)?){1,3}[A-Z]?[a-z]?\.?(?:,? (?:et|and|y|e|und) .{2,12})?$"  # J. M. et S. Ph.
)
_URL_ONLY = re.compile(r"^(?:https?://|www\.)\S+$")
_ADDRESS_ONLY = re.compile(r"^\S+@\S+\.\w+$")
_SCRIPT = re.compile(r"googletag|\bfunction ?\(|window\.\w+ ?=|document\.\w+\(")
_RULE = re.compile(r"^[\W_\d]+$")  # rules, bullets, lone marks, and "04/12/2018 20:16:33 -"
_POST_END = re.compile(r"[—–-]{1,2} ?[^—–]{1,60}\(@\w+\)\s.{4,30}\d{4}\.?$")
_CRUMBS = re.compile(r'^[^.!?«“"\d()]{2,40}(?:(?:\s*[>|›•]\s*|\s[»/]\s)[^.!?«“"\d()]{2,40}){1,5}$')
_QUOTED = re.compile(r"[«“„\"»”]")
_FINAL = re.compile(r'[.!?…:;,][»”"\')\]]*$|[»”"]$')
_FIGURES = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Patterns:
    """The patterns of a pack, compiled once."""

    heads: tuple[tuple[BlockKind, re.Pattern[str]], ...]
    caption_end: re.Pattern[str]
    furniture_end: re.Pattern[str]
    site: re.Pattern[str]
    site_weak: re.Pattern[str]
    address: re.Pattern[str]
    reports: re.Pattern[str]
    background: re.Pattern[str]
    background_mention: re.Pattern[str]
    rubrics: frozenset[str]


@cache
def patterns(pack: Pack) -> Patterns:
    """The line patterns of a pack."""

    def union(name: str, template: str = "(?:{})") -> re.Pattern[str]:
        body = "|".join(f"(?:{p})" for p in pack.words("clean", name))
        return re.compile(template.format(body) if body else r"(?!)")

    order = (
        (BlockKind.NOTICE, "notice"), (BlockKind.CAPTION, "caption"), (BlockKind.BYLINE, "byline"),
        (BlockKind.CREDIT, "credit"), (BlockKind.FURNITURE, "furniture"),
    )  # fmt: skip
    inside = r"(?<!\w)(?:{})"
    return Patterns(
        heads=tuple((kind, union(name)) for kind, name in order),
        caption_end=union("caption_end"),
        furniture_end=union("furniture_end"),
        site=union("site", inside),
        site_weak=union("site_weak", inside),
        address=union("address", inside),
        reports=union("reports", inside),
        background=union("background"),
        background_mention=union("background_mention", inside),
        rubrics=frozenset(fold(w) for w in pack.words("clean", "rubrics")),
    )


def folded_line(text: str) -> str:
    """What the patterns are matched on: the beginning of the line, folded, without bullets."""
    return fold(_LEAD_SYMBOLS.sub("", text[:400])).strip()


def classify(text: str, pack: Pack, *, edge: bool = True) -> BlockKind:
    """What a line (or a sentence standing like one) is, judging by itself alone.

    `edge` tells that it stands near the head or foot of the page. In the middle only a very short line is taken for
    the site's own words: articles on technology address their readers too.
    """
    kind = _by_form(text, pack)
    if kind is not None:
        return kind
    if len(text) > SHORT:
        return BlockKind.BODY
    p, folded = patterns(pack), folded_line(text)
    for kind, pattern in p.heads:
        if pattern.match(folded) and not _names_news(kind, text, folded, p):
            return kind
    if len(text) < 220 and p.caption_end.search(folded) and not _FINAL.search(text[-2:]):
        return BlockKind.CAPTION
    if p.furniture_end.search(folded) or _SCRIPT.search(text):
        return BlockKind.FURNITURE
    if (edge or len(text) < _CURT) and speaks_as_site(folded, text, p):
        return BlockKind.NOTICE
    if _CRUMBS.match(text) and len(text) < 120:
        return BlockKind.FURNITURE
    return heading(text, p)


def _by_form(text: str, pack: Pack) -> BlockKind | None:
    if text[0] == "#" and _HASHTAGS.fullmatch(text):
        return BlockKind.HASHTAGS
    if (len(text) < 140 and _POST.match(text)) or (len(text) < 600 and _POST_END.search(text[-120:])):
        return BlockKind.EMBED
    if len(text) < 200 and (_RULE.match(text) or _URL_ONLY.match(text) or _ADDRESS_ONLY.match(text)):
        return BlockKind.FURNITURE
    if len(text) < 60 and only_agencies(text, pack):
        return BlockKind.CREDIT
    if len(text) < 40 and _INITIALS.match(text):
        return BlockKind.BYLINE
    return None


def signs_post(text: str) -> bool:
    """Whether a line is nothing but the signature of an embedded post, whose text stands before it."""
    return len(text) < 140 and bool(_POST.match(text))


def _names_news(kind: BlockKind, text: str, folded: str, p: Patterns) -> bool:
    """Whether a line that looks like a byline, credit or notice by its first words is a sentence of news."""
    if kind is BlockKind.BYLINE:
        return len(text) > 130 or bool(p.reports.search(folded)) or (text[-1] == "." and len(text.split()) > 7)
    if kind in (BlockKind.NOTICE, BlockKind.FURNITURE):
        told = text[-1] in '.»”"' and bool(p.reports.search(folded)) and not p.site.search(folded)
        return told and (len(text) > 90 or kind is BlockKind.NOTICE)
    return False


def speaks_as_site(folded: str, text: str, p: Patterns) -> bool:
    """Whether a short line is the site talking to its reader."""
    strong = {m.group() for m in p.site.finditer(folded)}
    weak = {m.group() for m in p.site_weak.finditer(folded)}
    if not strong and len(weak) < 2:
        return False
    if p.reports.search(folded) or (_QUOTED.search(text) and (len(text) > 120 or _QUOTED.match(text))):
        return False
    if len(strong) + len(weak) >= 2 and not _FINAL.search(text):
        return True
    return bool(p.address.search(folded)) and (len(strong) >= 2 or (len(text) < 140 and len(strong) + len(weak) >= 1))


def heading(text: str, p: Patterns) -> BlockKind:
    """A title between paragraphs: short, without final punctuation, or a short question."""
    if len(text) < 120 and text[-1] == "?" and not _QUOTED.search(text):
        return BlockKind.HEADING
    if fold(text).strip(" .:!") in p.rubrics:
        return BlockKind.HEADING
    if len(_FIGURES.findall(text)) >= 3:  # a line of results
        return BlockKind.BODY
    if len(text) < 90 and not _FINAL.search(text) and ". " not in text and "http" not in text:
        return BlockKind.HEADING
    return BlockKind.BODY


def only_agencies(text: str, pack: Pack) -> bool:
    """E.g. "AFP", "(ats)", "ats/reuters", "(Reuters/ats/QL)", "Lusa/Fim": a line of agency names only."""
    whole = text.strip("()[]. ")
    if canonical_agency(whole, pack, exact=True):
        return True
    words = [w for w in re.split(r"[\s/,&+]+", whole) if w]
    if not words or len(words) > 4 or canonical_agency(words[0], pack, exact=True) is None:
        return False
    return all(canonical_agency(w, pack, exact=True) or len(w) <= 3 or w.lower() in ("et", "and", "fim") for w in words)
