"""What a person rules, from the command line to the database: now, later, taken back and replayed."""

import json
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.app import make_desk
from monitor.cli import main
from monitor.core.archive import ArticleRecord
from monitor.core.desk import Desk
from monitor.core.model import Reading, RulingKind, Submission
from monitor.edges.store import Store, open_store
from monitor.service.filing import Filer
from monitor.service.overruling import OverruleError, Overruling
from monitor.service.rulings_file import RulingsFileError, dump, load
from tests.quality.streams import folder, submissions

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SAME, DIFFERENT, SPLIT = RulingKind.SAME, RulingKind.DIFFERENT, RulingKind.SPLIT


@dataclass(frozen=True)
class Newsroom:
    """A stream read once, to be filed as often as needed."""

    desk: Desk
    readings: dict[str, Reading]

    def file(self, store: Store, articles: Iterable[Submission]) -> None:
        ordered = sorted(articles, key=Desk.order_key)
        Filer(store, self.desk).file(ordered, readings=[self.readings[s.key] for s in ordered])

    def overruling(self, store: Store) -> Overruling:
        return Overruling(store, self.desk, self.readings.__getitem__)

    @property
    def stream(self) -> list[Submission]:
        return [r.submission for r in self.readings.values()]


@pytest.fixture(scope="module")
def newsroom() -> Newsroom:
    """Stories of one annotated stream, look-alikes, copies, translations and follow-ups among them."""
    home = folder("dev1")
    assert home is not None
    found = sorted(submissions([home / "articles.jsonl"]), key=Desk.order_key)[::2]
    desk = make_desk("balanced")
    return Newsroom(desk, {s.key: desk.read(s) for s in found})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"{tmp_path}/live.db") as opened:
        yield opened


def outcome(store: Store) -> dict[str, object]:
    """Everything decided about each article, but for the words of the reasons."""

    def facts(a: ArticleRecord) -> object:
        mentions = {(m.start, m.end, m.claim, m.status, m.relation, m.first_article, m.story) for m in a.mentions}
        return a.story, a.copy_group, a.derives_from, a.relation, a.origin, a.verdict, mentions

    return {a.key: facts(a) for a in store.articles()}


def stories(store: Store) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for a in store.articles():
        found[a.story].append(a.key)
    return found


def rule_at_random(store: Store, overruling: Overruling, rng: random.Random, count: int) -> None:
    """Rulings of all kinds, wise or not, contradictions and articles ruled about twice among them.

    One that is refused (a split that would leave no article behind) is drawn again.
    """
    made = 0
    while made < count:
        there = stories(store)
        kind = rng.choice((SAME, DIFFERENT, SPLIT))
        large = sorted((s for s, keys in there.items() if len(keys) > 2), key=lambda s: there[s][0])
        if kind is SAME:
            keys = [rng.choice(there[s]) for s in rng.sample(sorted(there), 2)]
        else:
            keys = there[rng.choice(large)]
            keys = rng.sample(keys, 2 if kind is DIFFERENT else rng.randrange(1, len(keys)))
        try:
            overruling.rule(kind, keys, NOON + made * MINUTE)
        except OverruleError as refused:
            if "nothing to split from" not in str(refused):
                raise
            continue
        made += 1


@pytest.mark.parametrize("seed", range(4))
def test_ruled_afterwards_or_known_from_the_start(newsroom: Newsroom, tmp_path: Path, seed: int) -> None:
    """Ruling on a filled database, replaying into one that knows the rulings, and learning them half-way come to the
    same stories, copy groups, sources and verdicts; so does ruling and taking back.
    """
    rng, half = random.Random(seed), len(newsroom.stream) // 2
    with open_store(f"{tmp_path}/live.db") as live:
        newsroom.file(live, newsroom.stream)
        rule_at_random(live, newsroom.overruling(live), rng, 6)
        newsroom.overruling(live).undo(rng.choice(live.rulings()).id, NOON)
        rulings, expected = live.rulings(), outcome(live)
    assert len(rulings) == 5
    for name, known_after in (("replay", 0), ("half-way", half)):
        with open_store(f"{tmp_path}/{name}.db") as other:
            newsroom.file(other, newsroom.stream[:known_after])
            newsroom.overruling(other).adopt(rng.sample(rulings, len(rulings)), NOON)
            newsroom.file(other, newsroom.stream[known_after:])
            assert outcome(other) == expected


def test_taking_everything_back_leaves_no_trace(newsroom: Newsroom, store: Store) -> None:
    """After the last ruling is taken back all stands as the machine had it."""
    newsroom.file(store, newsroom.stream)
    machine, overruling = outcome(store), newsroom.overruling(store)
    rule_at_random(store, overruling, random.Random(7), 4)
    assert outcome(store) != machine
    for ruling in store.rulings():
        overruling.undo(ruling.id[:6], NOON)
    assert outcome(store) == machine


def pair(store: Store) -> tuple[str, list[str]]:
    """The largest story and its articles in the order they were filed."""
    return max(stories(store).items(), key=lambda item: (len(item[1]), item[0]))


def test_different_is_recorded_with_its_reason(newsroom: Newsroom, store: Store) -> None:
    """The later article founds a story; the event says who ruled and what changed; nothing is mailed."""
    newsroom.file(store, newsroom.stream)
    story, keys = pair(store)
    done = newsroom.overruling(store).rule(DIFFERENT, [keys[-1], keys[0]], NOON, "another event")
    (move,) = done.moves
    assert (move.kind, move.source) == ("story-split", story)
    assert keys[-1] in move.articles
    article, old = store.article(keys[-1]), store.story(story)
    assert article is not None
    assert old is not None
    assert article.story == move.target != story
    assert article.reasons[0].code == "override-different"
    assert article.reasons[0].facts["note"] == "another event"
    assert [e.kind for at, e in old.events if at == NOON][:1] == ["story-split"]
    weighed = [e.reason.facts for at, e in old.events if at == NOON and e.kind == "claims-weighed-again"]
    assert all(f["changed"] == len(f["former"]) for f in weighed)
    assert store.notices() == []


def test_same_makes_two_stories_one(newsroom: Newsroom, store: Store) -> None:
    """All articles of the younger story go over; the older one's id stays."""
    newsroom.file(store, newsroom.stream)
    there = stories(store)
    first, second = sorted(there, key=lambda s: there[s][0])[:2]
    older, younger = sorted((first, second), key=lambda s: [a.key for a in store.articles()].index(there[s][0]))
    done = newsroom.overruling(store).rule(SAME, [there[younger][-1], there[older][-1]], NOON)
    assert [(m.kind, m.source, m.target) for m in done.moves] == [("story-merged", younger, older)]
    assert set(there[younger]) <= set(stories(store)[older])
    assert store.story(younger) is None
    assert (store.merged_into(younger), store.merged_into(older)) == (older, None)
    again = newsroom.overruling(store).rule(SAME, [there[younger][0], there[older][0]], NOON + MINUTE)
    assert again.moves == ()


def test_an_article_that_comes_late_is_an_event(newsroom: Newsroom, store: Store) -> None:
    """The first report of a story is seen after the others: nothing is rewritten, the report says so."""
    newsroom.file(store, newsroom.stream)
    _, keys = pair(store)
    with open_store(str(Path(store.name).with_name("late.db"))) as other:
        newsroom.file(other, [newsroom.readings[k].submission for k in keys[1:]])
        before = outcome(other)
        newsroom.file(other, [newsroom.readings[keys[0]].submission])
        assert {k: v for k, v in outcome(other).items() if k in before} == before
        found = other.article(keys[0])
        assert found is not None
        record = other.story(found.story)
        assert record is not None
        assert len(record.articles) > 1
        assert "earlier-seen" in [e.kind for _, e in record.events]


def test_what_cannot_be_ruled(newsroom: Newsroom, store: Store) -> None:
    """Nothing is recorded of a ruling that cannot be carried out."""
    newsroom.file(store, newsroom.stream)
    _, keys = pair(store)
    overruling = newsroom.overruling(store)
    elsewhere = next(k for s in stories(store).values() for k in s if k not in keys)
    for kind, named, why in (
        (SAME, keys[:1] * 2, "needs two different articles"),
        (SPLIT, keys, "no article would stay"),
        (SPLIT, [keys[0], elsewhere], "are not in one story"),
        (DIFFERENT, [keys[0], "nowhere"], "there is no article nowhere"),
    ):
        with pytest.raises(OverruleError, match=why):
            overruling.rule(kind, named, NOON)
    with pytest.raises(OverruleError, match="there is no ruling rx"):
        overruling.undo("rx", NOON)
    assert store.rulings() == []


def test_a_file_of_rulings(tmp_path: Path) -> None:
    """What is written is read back; a line by hand needs no id."""
    path = tmp_path / "r.jsonl"
    line = {"kind": "different", "articles": ["a", "é"], "made": "2026-11-20T13:00:00+01:00"}
    path.write_text(json.dumps(line) + "\n\n", encoding="utf8")
    (found,) = load(path)
    assert (found.kind, found.articles, found.made) == (DIFFERENT, ("a", "é"), NOON)
    path.write_text(dump([found]), encoding="utf8")
    assert load(path) == [found]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "Expecting property name"),
        ("[]", "expected an object"),
        ('{"kind": "join"}', '"kind": expected one of same, different, split, not "join"'),
        ('{"kind": "same", "articles": "a"}', '"articles": expected a list of article ids'),
        ('{"kind": "same", "articles": ["a", "b"]}', '"made" is missing or not text'),
        ('{"kind": "same", "articles": ["a", "b"], "made": "noon"}', "Invalid isoformat string"),
        ('{"kind": "same", "articles": ["a"], "made": "2026-11-20"}', "needs two different articles"),
        ('{"kind": "same", "articles": ["a", "b"], "made": "2026-11-20", "note": 5}', '"note" is not text'),
        ("[" * 100_000, ""),
    ],
)
def test_a_file_that_is_none(line: str, why: str, tmp_path: Path) -> None:
    """File, line number and what is wrong; nothing of the file is taken over."""
    path = tmp_path / "r.jsonl"
    path.write_text("\n" + line, encoding="utf8")
    with pytest.raises(RulingsFileError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}:2: ")
    assert why in str(caught.value)


def lines(path: Path) -> Path:
    """Three articles: a report, its copy, and one about something else."""
    text = (
        "La mairie de Kermadec a fermé mardi le pont Saint-Malo après la chute d'un câble, selon le maire Anne Roux. "
    )
    other = "Le tribunal de Brest a condamné jeudi l'armateur Le Goff à deux ans de prison pour fraude fiscale. "
    rows = [("a1", "La Gazette", text, 8), ("a2", "Le Quai", text, 9), ("b1", "L'Écho", other, 10)]
    path.write_text(
        "".join(
            json.dumps({"id": key, "source": source, "published": f"2026-03-03T{hour:02}:00:00Z", "language": "fr",
                        "title": body[:40], "text": body * 2, "url": f"https://example.org/{key}"}) + "\n"
            for key, source, body, hour in rows
        ),
        encoding="utf8",
    )  # fmt: skip
    return path


def exported(database: str, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    capsys.readouterr()
    assert main(["export", "--database", database]) == 0
    return {row["id"]: row["story"] for row in map(json.loads, capsys.readouterr().out.splitlines())}


def test_the_commands_from_end_to_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Rule, list, explain, report, export, import, replay, undo."""
    archive, old, new = lines(tmp_path / "a.jsonl"), f"sqlite:///{tmp_path}/old.db", f"sqlite:///{tmp_path}/new.db"
    assert main(["replay", "--database", old, str(archive)]) == 0
    before = exported(old, capsys)
    assert before["a1"] == before["a2"] != before["b1"]

    assert main(["override", "different", "a1", "https://example.org/a2", "--note", "twins", "--database", old]) == 0
    told = capsys.readouterr().out
    assert "different  a1  a2  (twins)" in told
    assert f"1 article of story {before['a1']}: now story s" in told
    assert "claims weighed again" in told
    assert main(["override", "same", "b1", "a2", "--database", old]) == 0
    after = exported(old, capsys)
    assert after["a1"] == before["a1"]
    assert after["a2"] == after["b1"] != after["a1"]

    assert main(["override", "list", "--database", old]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line.split()[3:] for line in listed] == [["different", "a1", "a2", "(twins)"], ["same", "b1", "a2"]]
    assert main(["explain", "a1", "a2", "--language", "en", "--database", old]) == 0
    assert "that these are different: twins." in capsys.readouterr().out
    assert main(["report", "--since", "all", "--language", "fr", "--database", old]) == 0
    assert "Vous avez tranché le" in capsys.readouterr().out

    assert main(["report", "--story", before["b1"], "--database", old]) == 1
    assert f"{before['b1']} any more: it became part of {after['a2']}\n" in capsys.readouterr().err

    kept = tmp_path / "rulings.jsonl"
    assert main(["override", "export", "-o", str(kept), "--database", old]) == 0
    assert main(["override", "import", str(kept), "--database", new]) == 0
    assert "2 rulings taken over" in capsys.readouterr().out
    assert main(["override", "import", str(kept), "--database", new]) == 0
    assert "0 rulings taken over, 2 known already" in capsys.readouterr().out
    assert main(["replay", "--database", new, str(archive)]) == 0
    assert exported(new, capsys) == after

    for line in listed:
        assert main(["override", "undo", line.split()[0], "--database", old]) == 0
    assert exported(old, capsys) == before
    assert main(["override", "list", "--database", old]) == 0
    assert "nothing is ruled" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["same", "a1", "a22"], 1, "there is no article a22: give an id"),
        (["same", "a1", "a22"], 1, "exact URL (did you mean a2?)"),
        (["same", "a1", "https://nowhere.example/"], 1, "there is no article https://nowhere.example/"),
        (["same", "a1", "a1"], 1, '"same" needs two different articles'),
        (["split", "a1", "b1"], 1, "a1 and b1 are not in one story"),
        (["split", "b1"], 1, "there is nothing to split from"),
        (["undo", "r12"], 1, "there is no ruling r12: see `echowire override list`"),
        (["import", "none.jsonl"], 1, "none.jsonl: cannot be read: No such file or directory"),
        (["same", "a1"], 2, "Missing argument 'B'"),
        (["join", "a1", "a2"], 2, "No such command 'join'"),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_said_in_a_line(
    arguments: list[str], code: int, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The exit code tells a failure from wrong usage; nothing is ruled."""
    database = f"sqlite:///{tmp_path}/e.db"
    assert main(["replay", "--database", database, str(lines(tmp_path / "a.jsonl"))]) == 0
    capsys.readouterr()
    assert main(["override", *arguments, "--database", database]) == code
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert words in err
    with open_store(database, read_only=True) as store:
        assert store.rulings() == []
