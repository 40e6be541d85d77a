"""Why a mention got its verdict: named reasons with plain facts, for `core.wording` to put in words."""

from __future__ import annotations

from typing import Any

from monitor.core.claims.features import Known
from monitor.core.claims.skeleton import cognate, skeleton
from monitor.core.model import FiledMention, Reason, Submission
from monitor.core.text.words import spans_of

#: Every code a claim's reason may bear, with the facts that come with it. `article` and `outlet` had it first,
#: `hours` before this article. `speaker`, `figures`, `words`, `names` are what both share (lists, may be empty).
REASONS: dict[str, str] = {
    "first-of-story": "the article opens its story: nobody said anything before. No facts.",
    "unheard": "nothing in the story says it. Facts: article, outlet, hours (the nearest; absent if none), "
    "figures, names (those nobody gave yet), sure (0..1)",
    "same-text": "word for word in an earlier article. Facts: article, outlet, hours",
    "same-claim": "the same assertion in other words. Facts: article, outlet, hours, speaker (bool: same speaker), "
    "figures, names, words, language (of the other, where it differs), sure",
    "covered": "no single earlier sentence says all of it, the story as a whole does. Facts: as same-claim",
    "detail": "a known claim with something nobody gave yet. Facts: as same-claim, and unseen_figures, unseen_names",
    "lagged": "a known fact told again long after. Facts: as same-claim",
    "updates": "the figure of an earlier claim has changed. Facts: article, outlet, hours, was, now (figures), sure",
    "changes": "it changes what an earlier claim said, but no figure of it. Facts: article, outlet, hours, sure",
    "denies": "it denies an earlier claim. Facts: article, outlet, hours, words, names, sure",
    "confirms": "another speaker says so too. Facts: article, outlet, hours, words, names, figures, sure",
    "new-source": "the first independent source of a known claim. Facts: as same-claim, and origin",
}


def first_reason() -> Reason:
    """The first article of a story."""
    return Reason("first-of-story")


def _who(first: FiledMention, submission: Submission) -> dict[str, Any]:
    hours = (submission.when - first.when).total_seconds() / 3600
    return {"article": first.article, "outlet": first.outlet, "hours": round(hours, 2)}


def figure(low: float, high: float, unit: str) -> str:
    """A figure as plain text: "10000", "4.5 %", "2000-12000", "6400000000 EUR"."""
    number = f"{low:g}" if low < 1e6 else f"{low:.0f}"
    if high != low:
        number += "-" + (f"{high:g}" if high < 1e6 else f"{high:.0f}")
    return f"{number} {unit}" if unit == "%" or (unit.isupper() and len(unit) == 3) else number


def _surface(text: str, stems: set[str], neutral: set[str], names: set[str]) -> tuple[list[str], list[str]]:
    """The words of a text behind shared names, and behind shared stems and cognates, as the text writes them."""
    found_names, found_words = [], []
    for start, end, token in spans_of(text):
        word = text[start:end]
        if word[0].isupper() and skeleton(word) in names:
            found_names.append(word)
            continue
        shared = "~" + cognate(word) in neutral or any(token.startswith(s) for s in stems if len(s) > 3)
        if shared and len(token) > 3:
            found_words.append(word)
    return list(dict.fromkeys(found_names)), list(dict.fromkeys(found_words))[:8]


def shared_facts(text: str, mine: Known, other: Known) -> dict[str, Any]:
    """What two units have in common, in the words of the first one's `text`."""
    a, b = mine.features, other.features
    values = {q[0] for q in b.quantities}
    names, words = _surface(
        text, set(a.stems) & set(b.stems), set(a.neutral) & set(b.neutral), set(a.names) & set(b.names)
    )
    facts: dict[str, Any] = {
        "speaker": bool(set(a.speaker) & set(b.speaker)),
        "figures": [figure(*q) for q in a.quantities if q[0] in values],
        "names": names,
        "words": words,
    }
    if a.language != b.language:
        facts["language"] = b.language
    return facts


def _unseen(text: str, mine: Known, other: Known) -> dict[str, Any]:
    a, b = mine.features, other.features
    values = {q[0] for q in b.quantities}
    return {
        "unseen_figures": [figure(*q) for q in a.quantities if q[0] not in values],
        "unseen_names": _surface(text, set(), set(), set(a.names) - set(b.names))[0],
    }


def echo_reason(
    code: str, text: str, mine: Known, other: Known, first: FiledMention, submission: Submission, score: float
) -> Reason:
    """Why a unit is an echo (or a detail) of an earlier one."""
    facts = _who(first, submission)
    if code != "same-text":
        facts |= shared_facts(text, mine, other) | {"sure": round(score, 3)}
    if code == "detail":
        facts |= _unseen(text, mine, other)
    return Reason(code, facts)


def related_reason(
    kind: str, text: str, mine: Known, other: Known, first: FiledMention | None, submission: Submission, sure: float
) -> Reason:
    """Why a unit updates, denies or confirms an earlier one (`first` is None for one of the same article)."""
    facts = ({} if first is None else _who(first, submission)) | {"sure": round(sure, 3)}
    if kind == "updates":
        facts["was"], facts["now"] = _moved(other, mine)
        if not facts["was"]:
            del facts["was"], facts["now"]
            return Reason("changes", facts)
    else:
        facts |= shared_facts(text, mine, other)
    return Reason(kind, facts)


def _moved(other: Known, mine: Known) -> tuple[list[str], list[str]]:
    """The figures of the same kind that `other` gave and those `mine` gives instead."""
    was, now = other.features.quantities, mine.features.quantities
    kinds = {q[2] for q in was} & {q[2] for q in now}
    old = [q for q in was if q[2] in kinds and q not in now]
    new = [q for q in now if q[2] in kinds and q not in was]
    if not (old and new):  # "from seven to 19": the old one beside the new one, with its unit or without
        old = [q for q in was if any(q[0] == x[0] and x[2] in ("", q[2]) for x in now)]
        new = [x for x in now if x[2] in ("", *(q[2] for q in old)) and x[0] not in {q[0] for q in was}]
    return ([figure(*q) for q in old], [figure(*q) for q in new]) if old and new else ([], [])


def new_reason(text: str, mine: Known, nearest: FiledMention | None, submission: Submission, sure: float) -> Reason:
    """Why a unit is new."""
    f = mine.features
    facts: dict[str, Any] = {
        "figures": [figure(*q) for q in f.quantities],
        "names": _surface(text, set(), set(), set(f.names))[0],
        "sure": round(sure, 3),
    }
    return Reason("unheard", ({} if nearest is None else _who(nearest, submission)) | facts)
