"""The desk: from a submission to a judgement. This module's docstring is the path; it decides nothing itself.

    read    submission -> clean -> language -> fingerprint, view, units            (needs no other article)
    place   reading + window -> copy group, story, source, origin                  (core.matching)
    rule    where people ruled otherwise, their word                               (core.rulings)
    weigh   reading + placement + window -> a verdict for every unit               (core.claims)

`read` may run anywhere and in any order. `judge` runs one article after the other, in the order of `order_key`,
so that the order of arrival inside one poll does not matter and a replay equals a live run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.core.claims import repeats
from monitor.core.claims.judge import ClaimsSettings, extract_units, judge_claims
from monitor.core.lateness import earlier_seen
from monitor.core.matching.place import MatchSettings, fingerprint_document, place
from monitor.core.model import Event, Filed, Judgement, Mention, Placement, Reading, Submission
from monitor.core.pack import Pack
from monitor.core.rulings import overrule
from monitor.core.text.clean import clean
from monitor.core.text.language import identify
from monitor.core.window import Window


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """What the two deciders have learnt."""

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
    def order_key(submission: Submission) -> tuple[datetime, str, str, str]:
        """Judge in this order: as published, then by what is the same live and in a replay, then by key.

        Many outlets date to the day or the minute: with keys alone, which derive from addresses, a replay under other
        ids would judge those articles in another order.
        """
        return submission.when, " ".join(submission.title.split()), submission.outlet, submission.key

    def read(self, submission: Submission) -> Reading:
        """Everything that needs no other article."""
        language = identify(submission.title, submission.text, submission.language)
        pack = self._packs(language)
        document = clean(submission.text, submission.title, pack, language, submission.when)
        fingerprint, view = fingerprint_document(document, submission, pack, self._settings.matching)
        units = extract_units(document, submission, pack, self._settings.claims)
        bands = {**fingerprint.bands, repeats.VIEW: repeats.keys(units)}
        fingerprint = replace(fingerprint, bands=bands)
        credited = tuple(dict.fromkeys(c.agency for c in document.credits))
        return Reading(submission, document, fingerprint, view, units, credited)

    def judge(self, reading: Reading, window: Window) -> Judgement:
        """Place an article and weigh its claims against what the window holds."""
        key = reading.submission.key
        earlier, by_machine = window.find(key), window.by_machine()
        before = earlier if by_machine is window else by_machine.find(key)
        machine, events = place(reading, by_machine, self._settings.matching, before)
        placement = machine
        if by_machine is not window or window.rulings(key):
            placement, ruled = self.overrule(reading, machine, window, earlier)
            events = (*events, *ruled)
        mentions = self.weigh(reading, placement, window)
        if earlier is None:
            events = (*events, *earlier_seen(reading, placement, mentions, events, window))
        return Judgement(
            reading, placement, mentions, events, replaces=earlier.key if earlier else None,
            machine=None if placement is machine else machine,
        )  # fmt: skip

    def overrule(
        self, reading: Reading, machine: Placement, window: Window, earlier: Filed | None = None
    ) -> tuple[Placement, tuple[Event, ...]]:
        """The machine's placement as people's rulings leave it, and what they changed."""
        return overrule(reading, machine, window, self._settings.matching.sources, earlier)

    def weigh(self, reading: Reading, placement: Placement, window: Window) -> tuple[Mention, ...]:
        """The verdicts on an article's claims, placed there, against what the window holds."""
        return judge_claims(reading, placement, window, self._settings.claims)
