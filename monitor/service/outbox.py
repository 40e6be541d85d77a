"""From waiting notices to mails: what is due is claimed, composed, sent, and only then marked as sent.

A crash between sending and marking gives the same mail again with the same Message-ID; nothing is lost, and a mail
program recognises the repeat. A mail that cannot go out waits and is tried again, ever more rarely.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from monitor.core.alerts import MailPlan, Watch, due, last_mails
from monitor.core.archive import Archive, Notice
from monitor.edges.mail import MailError, MailSettings, compose, send

SOONEST, LATEST = timedelta(seconds=30), timedelta(hours=1)  # between two tries


class Box(Archive, Protocol):
    """What this needs of the store."""

    def claim_mail(self, notice_ids: Sequence[int], mail_key: str, now: datetime) -> list[Notice]: ...
    def mark_sent(self, mail_key: str, now: datetime) -> None: ...
    def release_mail(self, mail_key: str, problem: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one mail, for the log."""

    watch: str
    key: str
    reason: str
    stories: int
    notices: int
    problem: str | None = None
    refused: tuple[str, ...] = ()  # recipients that were refused while others were served


class Postman:
    """Orders the calls; `core.alerts` decides what is due."""

    def __init__(self, box: Box, watches: Sequence[Watch], settings: MailSettings) -> None:
        self._box, self._settings = box, settings
        self._watches = [w for w in watches if w.to]
        self._failures: dict[str, tuple[int, datetime]] = {}  # by watch: tries in a row, next one

    def deliver(self, now: datetime) -> list[Delivery]:
        """Send what is due. Blocks; raises what the store raises."""
        waiting = self._box.notices()
        if not waiting:
            return []
        names = {n.watch for n in waiting}
        told = self._box.notices(unsent_only=False)
        out = []
        for watch in self._watches:
            if watch.name not in names or self._failures.get(watch.name, (0, now))[1] > now:
                continue
            for plan in due(waiting, watch, last_mails(told, watch), now):
                delivery = self._one(plan, watch, now)
                if delivery is not None:
                    out.append(delivery)
                    if delivery.problem:
                        break
        return out

    def _one(self, plan: MailPlan, watch: Watch, now: datetime) -> Delivery | None:
        taken = self._box.claim_mail([n.id for n in plan.notices], plan.key, now)
        if len(taken) != len(plan.notices):
            return None  # another process is sending some of it
        facts = (watch.name, plan.key, plan.reason.code, len(plan.stories), len(plan.notices))
        try:
            stories = [s for s in map(self._box.story, plan.stories) if s is not None]
            refused = send(compose(plan, stories, watch, self._settings, now), self._settings)
        except MailError as e:
            return self._failed(plan, watch, now, str(e), facts)
        except Exception as e:  # noqa: BLE001  the alert's boundary: recorded with the mail
            return self._failed(plan, watch, now, f"an error of ours: {type(e).__name__}: {e}"[:300], facts)
        self._box.mark_sent(plan.key, now)
        self._failures.pop(watch.name, None)
        return Delivery(*facts, refused=tuple(f"{a}: {answer}" for a, answer in refused.items()))

    def _failed(
        self, plan: MailPlan, watch: Watch, now: datetime, problem: str, facts: tuple[str, str, str, int, int]
    ) -> Delivery:
        self._box.release_mail(plan.key, problem)
        tries = self._failures.get(watch.name, (0, now))[0] + 1
        self._failures[watch.name] = (tries, now + min(SOONEST * 2 ** min(tries - 1, 10), LATEST))
        return Delivery(*facts, problem=problem)
