"""A few invented stories in miniature, and a way to judge their claims without matching: the story is given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

from monitor.core.claims.judge import ClaimsSettings, extract_units, judge_claims
from monitor.core.model import Fingerprint, Judgement, Mention, Placement, Reading, Relation, Submission
from monitor.core.text.clean import clean
from monitor.languages import pack, resource
from tests.memory import MemoryWindow

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


@cache
def settings(point: str = "balanced") -> ClaimsSettings:
    return ClaimsSettings.load(resource, point)


def submission(key: str, text: str, language: str = "fr", hours: float = 0.0) -> Submission:
    when = NOON + timedelta(hours=hours)
    return Submission(
        key=key, outlet=f"Journal {key}", title="", text=text, first_seen=when, published=when, language=language
    )


def read(item: Submission, point: str = "balanced") -> Reading:
    """The reading of a submission, as the desk makes it but for the fingerprint."""
    language = item.language or "fr"
    document = clean(item.text, item.title, pack(language), language, item.when)
    units = extract_units(document, item, pack(language), settings(point))
    return Reading(item, document, Fingerprint("none", b"", {"text": (len(item.key),)}), b"", units, ())


def judged(items: Sequence[Submission], point: str = "balanced") -> dict[str, tuple[Mention, ...]]:
    """Mentions by article, all articles in one story, judged in the order given."""
    window = MemoryWindow()
    out = {}
    for item in items:
        reading = read(item, point)
        placement = Placement("s1", not out, f"c-{item.key}", None, Relation.ORIGINAL, f"outlet:{item.outlet}")
        mentions = judge_claims(reading, placement, window, settings(point))
        window.record(Judgement(reading, placement, mentions))
        out[item.key] = mentions
    return out


def about(mentions: Sequence[Mention], words: str) -> list[Mention]:
    """The mentions of units that hold these words."""
    return [m for m in mentions if words in m.unit.text]


FERRY = submission(
    "wire",
    "Un ferry transportant 214 passagers s'est échoué mardi soir devant Port-Hélène, "
    "a annoncé la préfecture maritime.\n\n"
    "Neuf personnes ont été blessées et conduites à l'hôpital de Trévignac, a indiqué la préfète Maud Kerlann.\n\n"
    '"Le navire avait passé son inspection annuelle en janvier", a déclaré le directeur de la compagnie Armorlys, '
    "Yann Guéhenno.\n\n"
    "Une enquête a été ouverte par le parquet de Trévignac pour mise en danger de la vie d'autrui.",
)
FERRY_ENGLISH = submission(
    "english",
    "A ferry carrying 214 passengers ran aground off Port-Hélène on Tuesday evening, the maritime prefecture said.\n\n"
    "Nine people were injured and taken to hospital in Trévignac, according to prefect Maud Kerlann.\n\n"
    '"The ship had passed its annual inspection in January," said Yann Guéhenno, director of the Armorlys company.\n\n'
    "Four sailors had refused to board the vessel on Monday, union official Anne Le Brizec said.",
    "en", 3.0,
)  # fmt: skip
FERRY_UPDATE = submission(
    "update",
    "Le bilan de l'échouement du ferry devant Port-Hélène s'est alourdi à 17 blessés, contre neuf annoncés mardi, "
    "a indiqué mercredi la préfète Maud Kerlann.\n\n"
    "Le directeur de la compagnie Armorlys, Yann Guéhenno, a présenté sa démission.",
    hours=20.0,
)
FERRY_DENIAL = submission(
    "denial",
    "La compagnie Armorlys a affirmé que le navire avait passé son inspection annuelle en janvier.\n\n"
    "\"C'est faux, ce navire n'a pas été inspecté en janvier\", a démenti mercredi le syndicat des marins.",
    hours=22.0,
)
