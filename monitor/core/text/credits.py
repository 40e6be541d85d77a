"""Agencies and media named as sources of a text, under their canonical names.

An agency's name counts where it credits ("(AFP)", "avec AFP", "Reporting by ... Reuters") or is cited ("selon
Reuters", "told AP"). Names that are also plain words or other initials (AP, MAP, Le gardien, L'Indépendant: machine
translations of titles) count only beside a word of crediting or citing.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from monitor.core.pack import Pack
from monitor.core.text.document import Credit
from monitor.core.text.words import by_first_letter, fold

_PLAIN = frozenset({"AFP", "Reuters", "Belga", "EFE", "ANSA", "dpa", "Lusa", "Bloomberg", "BBC", "CNN"})
_WITH = re.compile(
    r"(?<!\w)(?:avec|with|con|mit|com|material (?:von|der)|source ?:|additional reporting(?: by| from|:)|files from)"
    r"[ (]*(?:l'|la |les? )?(?:agencia |agence )?$"
)
_JOINED = re.compile(r"(?:, | et | and | und | y | e | & |/| / )(?:l'|la |the )?")
_CITED_BEFORE = re.compile(
    r"(?<!\w)(?:(?:correspondante?s?|journalistes?|photographes?|equipe) de |selon|d'apres|citant|cite par|par|dit a|"
    r"interroge par|aupres de l'|a l'|a la|au|rapporte(?:nt)? (?:par )?|raconte(?:r|nt)? (?:a )?|nouvelles|agence|"
    r"according to|told|citing|cited by|reported by|quoted by|seen by|agency|laut|gegenuber (?:der|dem)|agentur|"
    r"segun|agencia|secondo|disse a|ha detto a(?:l|ll'|lla)?|agenzia|segundo)"
    r" ?(?:l'|la |le |les |the |l'agence |del |della |de )*$"
)
_CITED_AFTER = re.compile(
    r"^(?: news agency| newspaper)?[,\"' ]*(?:a |ont |has |had |ha |hat )?(?:rapport|cit|ecri|affirm|indiqu|annonc|"
    r"revel|raconte|precis|report|said|says|quot|heard|told|spoke|wrote|berichte|inform)"
)


@cache
def _names(pack: Pack) -> tuple[re.Pattern[str], dict[str, tuple[str, bool]]]:
    """A pattern of all names, and name -> (canonical, is an agency)."""
    table: dict[str, tuple[str, bool]] = {}
    for section, agency in (("agencies", True), ("media", False)):
        for canonical, written in pack.table("shared", section).items():
            for name in (canonical, *written):
                table.setdefault(name.replace("\u2019", "'"), (canonical, agency))
    body = by_first_letter(sorted(table, key=len, reverse=True)).replace("'", "['\u2019]")
    return re.compile(rf"(?<![\w@#])(?:{body or '(?!)'})(?![\w@])"), table


def canonical_agency(text: str, pack: Pack, *, exact: bool = False) -> str | None:
    """The canonical name of the first agency in a short text such as "dpa-AFX" or "BELGA", in any case.

    With `exact` the whole text must be the name.
    """
    lookup = _folded_agencies(pack)
    folded = fold(text).strip()
    if exact or folded in lookup:
        return lookup.get(folded)
    for name in _folded_names(pack).finditer(folded):
        return lookup[name.group()]
    return None


@cache
def _folded_names(pack: Pack) -> re.Pattern[str]:
    body = "|".join(re.escape(n) for n in sorted(_folded_agencies(pack), key=len, reverse=True)) or "(?!)"
    return re.compile(rf"(?<!\w)(?:{body})(?!\w)")


@cache
def _folded_agencies(pack: Pack) -> dict[str, str]:
    return {
        fold(name): canonical
        for canonical, written in pack.table("shared", "agencies").items()
        for name in (canonical, *written)
    }


def agencies(text: str, pack: Pack) -> list[Credit]:
    """Every naming of an agency or a medium as a source, in order."""
    return list(_agencies(text, pack))


@lru_cache(maxsize=8192)
def _agencies(text: str, pack: Pack) -> tuple[Credit, ...]:
    pattern, table = _names(pack)
    found: list[Credit] = []
    for m in pattern.finditer(text):
        canonical, agency = table[m.group().replace("\u2019", "'")]
        before = fold(text[max(0, m.start() - 40) : m.start()])
        after = fold(text[m.end() : m.end() + 30])
        kind = _kind(before, after, agency)
        if kind is None and found and agency and _JOINED.fullmatch(before[-(m.start() - found[-1].end) :]):
            kind = found[-1].kind  # "avec AFP et Reuters"
        if kind is None and canonical in _PLAIN and not agency:
            kind = "cited"
        if kind is not None:
            found.append(Credit(canonical, kind, m.start(), m.end()))
    return tuple(found)


def _kind(before: str, after: str, agency: bool) -> str | None:
    """How a name is used, judging by what stands around it."""
    if agency and before.endswith("(") and after.startswith(")"):
        return "credit"
    if _CITED_BEFORE.search(before):
        return "cited"
    if agency and _WITH.search(before):
        return "with"
    if agency and re.match(r" (?:contributed to|ha collaborato|ha contribuito)", after):
        return "with"
    if _CITED_AFTER.match(after):
        return "cited"
    return None
