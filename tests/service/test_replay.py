"""Replays: what a line may be, what a bad one costs, and that the order of lines does not matter."""

import json
import random
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from monitor.app import make_desk
from monitor.cli import main
from monitor.core.desk import Desk
from monitor.core.model import Submission
from monitor.edges.store import open_store
from monitor.service.replay import BadLine, Replay, ReplayError, read_archive
from tests.quality.streams import folder

LINE = {"id": "a", "source": "S", "url": None, "published": "2026-03-03T08:00:00+01:00", "language": None,
        "title": "T", "text": "Un texte."}  # fmt: skip


def write(path: Path, *rows: object) -> Path:
    path.write_text("".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in rows), encoding="utf8")
    return path


def articles(path: Path) -> list[Submission | BadLine]:
    return list(read_archive([path]))


def test_a_line_as_it_is(tmp_path: Path) -> None:
    """Every field goes where it belongs; times become UTC."""
    (found,) = articles(write(tmp_path / "a.jsonl", LINE | {"url": "http://x/y", "language": "fr"}))
    when = datetime(2026, 3, 3, 7, tzinfo=UTC)
    assert found == Submission("a", "S", "T", "Un texte.", when, when, "http://x/y", "fr")


def test_an_undated_line_keeps_its_place(tmp_path: Path) -> None:
    """Without a date an article stands a moment after the one before it."""
    rows = [LINE | {"id": "a"}, LINE | {"id": "b", "published": None}, LINE | {"id": "c", "published": None}]
    found = articles(write(tmp_path / "a.jsonl", *rows))
    assert all(isinstance(f, Submission) for f in found)
    whens = [f.when for f in found if isinstance(f, Submission)]
    assert whens == [whens[0], whens[0] + timedelta(milliseconds=1), whens[0] + timedelta(milliseconds=2)]
    assert found[1].published is None  # type: ignore[union-attr]


def test_undated_lines_before_the_first_date_stand_just_before_it(tmp_path: Path) -> None:
    """News without a date is not of another century than the rest of its file; bad lines do not matter."""
    undated = LINE | {"published": None}
    rows = [undated | {"id": "b"}, "{", "", undated | {"id": "c"}, LINE | {"published": "soon"}, LINE]
    found = [f for f in articles(write(tmp_path / "a.jsonl", *rows)) if isinstance(f, Submission)]
    assert [f.key for f in sorted(found, key=Desk.order_key)] == ["b", "c", "a"]
    assert found[-1].when - found[0].when < timedelta(seconds=1)
    (alone,) = articles(write(tmp_path / "b.jsonl", undated))
    assert isinstance(alone, Submission)
    assert alone.when.year == 2000


def test_html_in_place_of_text(tmp_path: Path) -> None:
    """A fragment is read whole; of a page only the article."""
    fragment = {k: v for k, v in LINE.items() if k != "text"} | {"html": "<p>Un &eacute;t&eacute;.</p><p>Deux.</p>"}
    body = "<p>" + "Le pont de Kermadec a rouvert mardi matin après quatorze mois de travaux. " * 4 + "</p>"
    page = f"<html><body><nav>Accueil Abonnez-vous</nav><article>{body}</article></body></html>"
    first, second = articles(write(tmp_path / "a.jsonl", fragment, fragment | {"id": "b", "html": page}))
    assert isinstance(first, Submission)
    assert first.text == "Un été.\nDeux."
    assert isinstance(second, Submission)
    assert "Kermadec" in second.text
    assert "Abonnez-vous" not in second.text


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "is not JSON: "),
        ("[1]", "expected an object"),
        ("\ufffd" * 3, "is not JSON: "),
        ("[" * 100_000, "is not JSON"),
        (LINE | {"id": ""}, '"id" is missing or not text'),
        (LINE | {"source": 5}, '"source" is missing or not text'),
        (LINE | {"text": None}, 'neither "text" nor "html"'),
        (LINE | {"title": []}, '"title" is not text'),
        (LINE | {"published": "mardi"}, '"published": expected a time such as'),
        (LINE | {"published": "0001-01-01T00:00:00+23:00"}, '"published": expected a time such as'),
    ],
)
def test_a_bad_line_is_named_and_skipped(
    line: object, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """File, line and what is wrong; the other articles are filed, and the exit code is 1."""
    path = write(tmp_path / "a.jsonl", LINE, "", line, LINE | {"id": "z", "text": "Autre chose."})
    (bad,) = [f for f in articles(path) if isinstance(f, BadLine)]
    assert str(bad).startswith(f"{path}:3: {why}")
    database = f"sqlite:///{tmp_path}/r.db"
    assert main(["replay", "--database", database, str(path)]) == 1
    told = capsys.readouterr().err
    assert f"skipped {path}:3: " in told
    assert "1 of the articles could not be used; all the others are filed" in told
    with open_store(database, read_only=True) as store:
        assert sorted(a.key for a in store.articles()) == ["a", "z"]


def test_a_missing_file_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that cannot be read ends the replay in one line."""
    with pytest.raises(ReplayError, match=r"none\.jsonl: cannot be read: No such file"):
        articles(tmp_path / "none.jsonl")
    assert main(["replay", "--database", f"sqlite:///{tmp_path}/r.db", str(tmp_path / "none.jsonl")]) == 1
    assert capsys.readouterr().err.endswith("none.jsonl: cannot be read: No such file or directory\n")


def test_an_id_that_comes_again_is_a_version(tmp_path: Path) -> None:
    """A later line with the id of an earlier one replaces its text; the same text again changes nothing."""
    later = LINE | {"published": "2026-03-03T09:00:00+01:00", "text": "Le texte a changé : 12 blessés à Kermadec."}
    path = write(tmp_path / "a.jsonl", LINE, LINE, later)
    with open_store(f"sqlite:///{tmp_path}/r.db") as store:
        found = Replay(store, partial(make_desk, "balanced")).run([path])
        (article,) = store.articles()
    assert (found.tally.known, found.tally.versions) == (1, 1)
    assert (article.version, article.text) == (2, later["text"])


def test_order_of_lines_and_processes_do_not_matter(tmp_path: Path) -> None:
    """Dated articles in any order, read by one process or by several, give the same database."""
    home = folder("dev6")
    assert home is not None
    rows = (home / "articles.jsonl").read_text(encoding="utf8").splitlines()
    mixed = list(rows)
    random.Random(7).shuffle(mixed)
    found = []
    for name, order, processes in (("a", rows, 1), ("b", mixed, 2)):
        with open_store(f"sqlite:///{tmp_path}/{name}.db") as store:
            Replay(store, partial(make_desk, "balanced"), processes, batch=25).run(
                [write(tmp_path / f"{name}.jsonl", *order)]
            )
            found.append(list(store.articles()))
    assert len(found[0]) == len(rows)
    assert found[0] == found[1]
