"""The report as a file that a running daemon keeps fresh: built from the store, replaced in one step."""

from __future__ import annotations

import contextlib
import os
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from monitor.core.archive import Archive, StoryRecord
from monitor.core.report import ReportView, report_view
from monitor.edges.render.html import render_html

SHOWN = 300  # stories on the page, the most recently moved


def view(
    archive: Archive, now: datetime, since: timedelta | None, *, topic: str | None = None, story: str | None = None,
    language: str | None = None, limit: int | None = None,
) -> ReportView:  # fmt: skip
    """What moved in the last `since` (None: everything), or one story whole."""
    start = None if since is None or story else now - since
    ids = [story] if story else archive.story_ids(start, limit)
    records: list[StoryRecord] = [r for r in map(archive.story, ids) if r is not None]
    return report_view(records, start, now, topic, language=language)


def write_report(archive: Archive, path: Path, now: datetime, since: timedelta, language: str) -> int:
    """Write the page; gives how many stories it shows. OSError where that is not possible."""
    page = view(archive, now, since, language=language, limit=SHOWN)
    replace_file(path, render_html(page, language, now.astimezone().tzinfo or now.tzinfo))  # type: ignore[arg-type]
    return len(page.stories)


def replace_file(path: Path, text: str) -> None:
    """Put a text there: whoever reads the path sees the old one or the new one, whole, whatever happens."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf8", errors="replace") as out:
            out.write(text)
            out.flush()
            os.fchmod(out.fileno(), 0o644 & ~_umask())
            os.fsync(out.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()
        raise


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
