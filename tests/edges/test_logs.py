"""Log lines: JSON with the journal's priority for machines, columns for people."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from monitor.edges.logs import logger, set_up


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    yield
    root.handlers[:], level = before
    root.setLevel(level)
    structlog.reset_defaults()


def test_machines_get_json_with_a_priority() -> None:
    """Each line is one object, with its level as the number that `journalctl -p` knows."""
    out = io.StringIO()
    set_up("info", "auto", out)
    logger(feed="http://x/é").info("poll", new=2)
    logger().error("mail", problem="line\nbreak")
    logger().debug("hidden")
    first, second = out.getvalue().splitlines()
    assert first.startswith("<6>{")
    told = json.loads(first[3:])
    assert (told["event"], told["feed"], told["new"], told["level"]) == ("poll", "http://x/é", 2, "info")
    assert second.startswith("<3>{")
    assert json.loads(second[3:])["problem"] == "line\nbreak"


def test_people_get_columns() -> None:
    """The console form has no braces and no priority."""
    out = io.StringIO()
    set_up("debug", "console", out)
    logger().debug("poll", feed="http://x", new=2)
    assert "poll" in out.getvalue()
    assert "new=2" in out.getvalue()
    assert "{" not in out.getvalue()


def test_other_packages_are_heard_from_warnings_on() -> None:
    """What a library logs comes through the same form; its chatter does not."""
    out = io.StringIO()
    set_up("info", "json", out)
    logging.getLogger("library").info("chatter")
    logging.getLogger("library").warning("careful: %s", "x")
    (line,) = out.getvalue().splitlines()
    assert line.startswith("<4>{")
    assert json.loads(line[3:])["event"] == "careful: x"
