"""The desk: from a submission to a judgement. This module's docstring is the path; it decides nothing itself.

    read    submission -> clean -> language -> fingerprint, view, units            (needs no other article)
    place   reading + window -> copy group, story, source, origin                  (core.matching)
    weigh   reading + placement + window -> a verdict for every unit               (core.claims)

`read` may run anywhere and in any order. `judge` runs one article after the other, in the order of `order_key`,
so that the order of arrival inside one poll does not matter and a replay equals a live run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from monitor.core.claims.judge import ClaimsSettings, extract_units, judge_claims
from monitor.core.matching.place import MatchSettings, fingerprint_document, place
from monitor.core.model import Judgement, Reading, Submission
from monitor.core.pack import Pack
from monitor.core.text.clean import clean
from monitor.core.text.language import identify
from monitor.core.window import Window


@dataclass(frozen=True, slots=True)
class DeskSettings:
    matching: MatchSettings
    claims: ClaimsSettings

    @classmethod
    def load(cls, resource: Callable[[str], bytes], operating_point: str = "balanced") -> DeskSettings:
        """Settings with the learnt files of `monitor.languages.resource`.

        `operating_point` is "balanced", or "careful" where nothing new may be swallowed.
        """
        return cls(MatchSettings.load(resource), ClaimsSettings.load(resource, operating_point))


class Desk:
    """Pure: the same submissions against the same window give the same judgements."""

    def __init__(self, packs: Callable[[str], Pack], settings: DeskSettings) -> None:
        self._packs = packs
        self._settings = settings

    @staticmethod
    def order_key(submission: Submission) -> tuple[datetime, str]:
        """Judge in this order: as published, then by key."""
        return submission.when, submission.key

    def read(self, submission: Submission) -> Reading:
        """Everything that needs no other article."""
        language = identify(submission.title, submission.text, submission.language)
        pack = self._packs(language)
        document = clean(submission.text, submission.title, pack, language, submission.when)
        fingerprint, view = fingerprint_document(document, submission, pack, self._settings.matching)
        units = extract_units(document, submission, pack, self._settings.claims)
        credited = tuple(dict.fromkeys(c.agency for c in document.credits))
        return Reading(submission, document, fingerprint, view, units, credited)

    def judge(self, reading: Reading, window: Window) -> Judgement:
        """Place an article and weigh its claims against what the window holds."""
        earlier = window.find(reading.submission.key)
        placement, events = place(reading, window, self._settings.matching, earlier)
        mentions = judge_claims(reading, placement, window, self._settings.claims)
        return Judgement(reading, placement, mentions, events, replaces=earlier.key if earlier else None)
