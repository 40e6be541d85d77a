"""From feeds to report, end to end: real fetching, parsing, judging and storing, over loopback."""

import json
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from monitor.cli import main
from monitor.core.desk import Desk
from monitor.core.model import Reading, Submission
from tests.newsstand import PIECES, Newsstand, slug


@pytest.fixture
def stand() -> Iterator[Newsstand]:
    with Newsstand() as stand:
        yield stand


def exported(settings: Path, capsys: pytest.CaptureFixture[str], *more: str) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert main(["--config", str(settings), "export", *more]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def piece_id(row: dict[str, Any]) -> str:
    return str(row["url"]).rpartition("/")[2].removesuffix(".html")


def together(rows: dict[str, dict[str, Any]], what: str) -> set[tuple[str, str]]:
    return {(a, b) for a, b in combinations(sorted(rows), 2) if rows[a][what] == rows[b][what]}


def test_poll_files_and_reports(stand: Newsstand, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One poll reads every feed and page, joins the copies, and writes the report; a second finds nothing new."""
    settings = stand.settings(tmp_path)
    assert main(["--config", str(settings), "poll"]) == 0
    rows = {piece_id(r): r for r in exported(settings, capsys)}
    assert set(rows) == {p.id for p in PIECES}
    assert rows["digue-1"]["copy_group"] == rows["digue-2"]["copy_group"]
    assert rows["velo-1"]["story"] not in {r["story"] for i, r in rows.items() if i != "velo-1"}
    texts = {p.id: p.text for p in PIECES}
    assert all(c["text"] in texts[i] for i, r in rows.items() for c in r["claims"])
    page = (tmp_path / "state" / "report.html").read_text(encoding="utf8")
    assert "Brévent adopte son plan vélo" in page

    asked = len(stand.asked)
    assert main(["--config", str(settings), "poll", "--all"]) == 0
    assert exported(settings, capsys) == list(rows.values())
    assert [p for p in stand.asked[asked:] if p.endswith(".html")] == []


def test_live_equals_replay(stand: Newsstand, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same articles, polled or replayed: the same stories, copy groups, verdicts and claims."""
    settings = stand.settings(tmp_path)
    assert main(["--config", str(settings), "poll"]) == 0
    live = {piece_id(r): r for r in exported(settings, capsys)}
    archive = tmp_path / "articles.jsonl"
    archive.write_text(
        "".join(
            json.dumps(
                {"id": p.id, "source": p.outlet, "url": None, "published": p.published.isoformat(),
                 "language": p.language, "title": p.title, "text": p.text}
            ) + "\n"
            for p in PIECES
        ),
        encoding="utf8",
    )  # fmt: skip
    url = f"sqlite:///{tmp_path / 'replayed.db'}"
    assert main(["--config", str(settings), "replay", "--database", url, str(archive)]) == 0
    replayed = {r["id"]: r for r in exported(settings, capsys, "--database", url)}
    assert together(live, "story") == together(replayed, "story")
    assert together(live, "copy_group") == together(replayed, "copy_group")
    for name in replayed:
        for fact in ("origin", "verdict"):
            assert live[name][fact] == replayed[name][fact]
        told = [[(c["text"], c["status"]) for c in rows[name]["claims"]] for rows in (live, replayed)]
        assert told[0] == told[1]


def test_an_article_that_changes_is_a_new_version(
    stand: Newsstand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another text under the same address is another version of the same article; the rest is not read again."""
    settings = stand.settings(tmp_path, outlets=["Le Courant"])
    assert main(["--config", str(settings), "poll"]) == 0
    before = exported(settings, capsys)
    old = next(p for p in PIECES if p.id == "digue-3")
    new = old.text + "\nLa rupture a été constatée à 3 h 40 par un agent de permanence, Yannick Le Goff."
    stand.pieces = tuple(
        type(p)(p.id, p.outlet, p.title + " (actualisé)", new, p.after) if p.id == old.id else p for p in PIECES
    )
    assert main(["--config", str(settings), "poll", "--all"]) == 0
    after = exported(settings, capsys)
    assert [r["id"] for r in after] == [r["id"] for r in before]
    assert any("Yannick Le Goff" in c["text"] for c in after[0]["claims"])


def test_bad_feeds_stay_their_own_problem(stand: Newsstand, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """HTML instead of a feed, an empty body, 10 MB, an error, nobody there: recorded; the good feed is read."""
    bad = {
        "/bad/html": (200, "text/html", b"<!doctype html><html><body>Bienvenue</body></html>"),
        "/bad/empty": (200, "application/rss+xml", b""),
        "/bad/huge": (200, "application/rss+xml", b"<rss>" + b"x" * 10_500_000),
        "/bad/error": (500, "text/plain", b"oops"),
        "/bad/gone": (410, "text/plain", b"gone"),
    }
    stand.answers.update(bad)
    feeds = "".join(f'[[feed]]\nurl = "{stand.base}{path}"\noutlet = "{path}"\n' for path in bad)
    nobody = '[[feed]]\nurl = "http://127.0.0.1:9/feed"\noutlet = "nobody"\n'
    settings = stand.settings(tmp_path, feeds + nobody, outlets=["La Gazette"])
    assert main(["--config", str(settings), "poll"]) == 0
    told = capsys.readouterr().out
    assert "La Gazette: 2 new" in told
    for outlet, words in {
        "/bad/html": "an HTML page, not a feed",
        "/bad/empty": "an empty file, not a feed",
        "/bad/huge": "10.5 MB, more than the 10.0 MB allowed",
        "/bad/error": "status 500",
        "/bad/gone": "410",
        "nobody": "cannot be reached",
    }.items():
        line = next(x for x in told.splitlines() if x.startswith(f"{outlet}: "))
        assert words in line
    assert main(["--config", str(settings), "feeds", "list", "--problems"]) == 0
    listed = capsys.readouterr().out
    assert "/bad/gone  gone (410): polled no more" in listed
    assert "La Gazette" not in listed


def test_a_page_without_text_leaves_the_summary(
    stand: Newsstand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the page gives nothing (no text, too large, not found) the feed's own words are judged, and it is said."""
    path = f"/{slug('La Gazette')}/velo-1.html"
    stand.answers[path] = (200, "text/html", b"<html><body><script>app()</script></body></html>")
    stand.answers[f"/{slug('La Gazette')}/digue-2.html"] = (200, "text/html", b"<html>" + b"x" * 10_500_000)
    settings = stand.settings(tmp_path, outlets=["La Gazette"])
    assert main(["--config", str(settings), "poll"]) == 0
    told = capsys.readouterr().out
    assert "1 page: the page has no article text" in told
    assert "larger than" in told or "MB" in told
    rows = {piece_id(r): r for r in exported(settings, capsys)}
    assert set(rows) == {"velo-1", "digue-2"}


def test_a_page_that_fails_for_now_is_waited_for(
    stand: Newsstand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A server error on a page: the article waits for the next poll instead of being judged by its summary."""
    path = f"/{slug('Le Courant')}/digue-3.html"
    stand.answers[path] = (500, "text/plain", b"oops")
    settings = stand.settings(tmp_path, outlets=["Le Courant"])
    assert main(["--config", str(settings), "poll"]) == 0
    assert "1 wait for the next poll" in capsys.readouterr().out
    assert exported(settings, capsys) == []
    del stand.answers[path]
    assert main(["--config", str(settings), "poll", "--all"]) == 0
    assert [piece_id(r) for r in exported(settings, capsys)] == ["digue-3"]


def test_a_page_that_stumbles_is_asked_again_at_once(
    stand: Newsstand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One server error costs no poll: else the article would be judged after those that copied it."""
    path = f"/{slug('Le Courant')}/digue-3.html"
    stand.once[path] = (500, "text/plain", b"oops")
    settings = stand.settings(tmp_path, outlets=["Le Courant"])
    assert main(["--config", str(settings), "poll"]) == 0
    assert "wait for the next poll" not in capsys.readouterr().out
    assert [piece_id(r) for r in exported(settings, capsys)] == ["digue-3"]
    assert stand.asked.count(path) == 2


@pytest.mark.parametrize("status", [404, 429])
def test_a_refusal_is_not_asked_again(
    stand: Newsstand, tmp_path: Path, capsys: pytest.CaptureFixture[str], status: int
) -> None:
    """What will not pass by itself, and a host that has had enough, are left alone until the next poll."""
    path = f"/{slug('Le Courant')}/digue-3.html"
    stand.answers[path] = (status, "text/plain", b"no")
    settings = stand.settings(tmp_path, outlets=["Le Courant"])
    assert main(["--config", str(settings), "poll"]) == 0
    assert stand.asked.count(path) == 1


def test_what_waits_is_kept_though_the_feed_drops_it(
    stand: Newsstand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A fast feed may drop an entry before its page can be read: it is read all the same."""
    path = f"/{slug('La Gazette')}/digue-2.html"
    stand.answers[path] = (503, "text/plain", b"busy")
    settings = stand.settings(tmp_path, outlets=["La Gazette"])
    assert main(["--config", str(settings), "poll"]) == 0
    assert [piece_id(r) for r in exported(settings, capsys)] == ["velo-1"]
    stand.answers[path] = stand.page("digue-2")
    stand.out.remove("digue-2")
    assert main(["--config", str(settings), "poll", "--all"]) == 0
    rows = exported(settings, capsys)
    assert [piece_id(r) for r in rows] == ["velo-1", "digue-2"]
    assert any("340 habitants" in c["text"] for c in rows[1]["claims"])
    polled = len(stand.asked)
    assert main(["--config", str(settings), "poll", "--all"]) == 0
    assert [p for p in stand.asked[polled:] if p.endswith(".html")] == []


def test_an_article_that_cannot_be_judged_is_tried_again(
    stand: Newsstand, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error of ours on one article is its feed's note; the others are filed, and it comes again."""
    settings = stand.settings(tmp_path, outlets=["La Gazette"])
    read = Desk.read

    def breaks(desk: Desk, submission: Submission) -> Reading:
        if "vélo" in submission.title:
            raise ZeroDivisionError("made up")
        return read(desk, submission)

    monkeypatch.setattr(Desk, "read", breaks)
    assert main(["--config", str(settings), "poll"]) == 0
    assert "could not be read: ZeroDivisionError: made up" in capsys.readouterr().out
    assert [piece_id(r) for r in exported(settings, capsys)] == ["digue-2"]
    monkeypatch.undo()
    assert main(["--config", str(settings), "poll", "--all"]) == 0
    assert [piece_id(r) for r in exported(settings, capsys)] == ["digue-2", "velo-1"]


def test_explain_claims_and_report_of_what_was_found(
    stand: Newsstand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The reading commands tell of the polled articles in every form."""
    settings = str(stand.settings(tmp_path))
    assert main(["--config", settings, "poll"]) == 0
    rows = {piece_id(r): r for r in exported(Path(settings), capsys)}
    ids = [rows[n]["id"] for n in ("digue-1", "digue-2", "velo-1")]
    assert main(["--config", settings, "explain", ids[0], ids[1]]) == 0
    assert "La Gazette" in capsys.readouterr().out
    assert main(["--config", settings, "explain", ids[0], ids[2], "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["same_story"] is False
    assert main(["--config", settings, "claims", rows["digue-1"]["story"]]) == 0
    assert "120 maisons" in capsys.readouterr().out
    assert main(["--config", settings, "claims", ids[0], "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)
    for form, mark in (("text", "Saint-Armel"), ("html", "<!doctype html>"), ("json", "echowire"), ("csv", "story")):
        assert main(["--config", settings, "report", "--format", form, "--since", "all"]) == 0
        assert mark.lower() in capsys.readouterr().out.lower()
    target = tmp_path / "out" / "story.html"
    story = rows["velo-1"]["story"]
    arguments = ["report", "--story", story, "--format", "html", "--language", "fr", "-o", str(target)]
    assert main(["--config", settings, *arguments]) == 0
    assert "Brévent" in target.read_text(encoding="utf8")
    assert main(["--config", settings, "report", "--topic", "plan vélo"]) == 0
    topical = capsys.readouterr().out
    assert "Brévent" in topical
    assert "Saint-Armel" not in topical
