"""Cutting an article into units: one assertion each, each a verbatim span of the text that came in."""

from __future__ import annotations

from monitor.core.claims.attribution import attribution
from monitor.core.claims.cut import clauses
from monitor.core.claims.features import Features, encode
from monitor.core.claims.fields import (
    Annotated,
    Speaker,
    act_of,
    annotate,
    chain_of,
    flags_of,
    speaker_of,
    unit_of,
    within,
)
from monitor.core.claims.lexicon import Lexicon, lexicon
from monitor.core.claims.skeleton import skeleton
from monitor.core.model import ClaimFields, Submission, Unit
from monitor.core.pack import Pack
from monitor.core.text.document import Document, Sentence
from monitor.core.text.words import fold, spans_of

_SHORTEST = 3  # tokens of a sentence that can assert something ("He was 84.")


def cut(document: Document, submission: Submission, pack: Pack) -> tuple[Unit, ...]:
    """Units of the body sentences that are not background, in the order of the text."""
    lex = lexicon(pack)
    found = annotate(document.raw, pack, submission.when)
    units: list[Unit] = []
    for n, sentence in enumerate(document.sentences):
        speaker = speaker_of(sentence.start, sentence.end, found, pack)
        if len(sentence.text.split()) < _SHORTEST:
            continue
        chain = chain_of(sentence.text, fold(sentence.text), pack)
        for a, b in clauses(sentence.text, pack):
            units.append(_unit(n, sentence, a, b, speaker, chain, found, document, pack, lex))
    return tuple(units)


def _unit(
    n: int, sentence: Sentence, a: int, b: int, speaker: Speaker | None, chain: tuple[str, ...], found: Annotated,
    document: Document, pack: Pack, lex: Lexicon,
) -> Unit:  # fmt: skip
    start, end = sentence.start + a, sentence.start + b
    text = document.raw[start:end]
    folded = fold(text)
    spans = spans_of(text)
    tokens = [t for _, _, t in spans]
    names = [x for x in within(found.names, start, end) if start <= x.start]
    amounts = [x for x in within(found.quantities, start, end) if start <= x.start]
    days = [x for x in within(found.dates, start, end) if start <= x.start]
    quoted = [
        q for q in within(found.quotes, start, end, found.longest_quote) if q.inner_start < end and q.inner_end > start
    ]
    first, last = attribution(text, spans, lex)
    words = lex.words
    stems: list[str] = []
    neutral: list[str] = []
    quote_words: list[str] = []
    said: list[int] = []
    for n_token, (x, y, token) in enumerate(spans):
        if token in lex.stop or len(token) < 2 or not token[0].isalpha() or token in lex.numbers:
            continue
        word = words[text[x:y]]
        if word.act == "say" or word.empty:
            continue
        if first <= n_token < last:
            said.append(len(neutral))
        stems.append(word.stem)
        neutral.append(word.neutral)
        if quoted and any(q.inner_start <= start + x < q.inner_end for q in quoted):
            quote_words.append(word.neutral)
    amounts_found = tuple((q.quantity.low, q.quantity.high, unit_of(q.quantity, lex)) for q in amounts)
    iso = tuple(
        d.first.isoformat() if d.first == d.last else f"{d.first.isoformat()}/{d.last.isoformat()}" for d in days
    )
    flags = flags_of(tokens, folded, lex, [words[text[x:y]].stem for x, y, _ in spans])
    flags += "p" if speaker and speaker.pronoun else ""
    act = act_of(text, folded, pack)
    inner = max(quoted, key=lambda q: q.inner_end - q.inner_start, default=None)
    whole = bool(inner and min(inner.inner_end, end) - max(inner.inner_start, start) > (end - start) / 2)
    features = Features(
        language=document.language, sentence=n, place=n / max(1, len(document.sentences)),
        kind="quote" if whole else "clause", act=act, flags=flags, stems=tuple(stems), neutral=tuple(neutral),
        names=_name_words(names), quantities=amounts_found, dates=iso, speaker=speaker.keys if speaker else (),
        quote=tuple(quote_words), length=len(tokens), said=(said[0], said[-1] + 1) if said else (0, 0),
    )  # fmt: skip
    fields = ClaimFields(
        speaker=speaker.label if speaker else None, chain=chain, act=act, predicate=_predicate(stems, names, lex),
        quantities=tuple(q.quantity for q in amounts), persons=tuple(x.text for x in names if x.kind == "person"),
        places=tuple(x.text for x in names if x.kind in ("place", "country")), dates=iso, negated="n" in flags,
        conditional="c" in flags, quote=document.raw[inner.inner_start : inner.inner_end] if inner else None,
    )  # fmt: skip
    rank = 0.1 if sentence.background else 0.6
    return Unit(start, end, text, n, features.kind, fields, rank, encode(features))


def _name_words(names: list) -> tuple[str, ...]:  # type: ignore[type-arg]
    """The words of names as skeletons; a country is its code."""
    out: list[str] = []
    for x in names:
        if x.kind == "country" or (x.kind == "org" and x.key.isupper()):
            out.append("@" + x.key)
        else:
            out += [skeleton(w) for w in x.key.split() if len(w) > 1]
    return tuple(out)


def _predicate(stems: list[str], names: list, lex: Lexicon) -> tuple[str, ...]:  # type: ignore[type-arg]
    """Up to six stems that carry the assertion: no names, no verbs of saying."""
    named = {lex.words[w].stem for x in names for w in x.text.split()}
    return tuple(s for s in dict.fromkeys(stems) if s not in named and lex.act_of.get(s) != "say")[:6]
