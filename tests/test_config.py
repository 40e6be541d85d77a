"""Settings: what the example file says is true, and what is wrong is said plainly."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.config import ConfigError, Settings, find, load, watches
from monitor.core.model import Status
from monitor.settings import duration, size

EXAMPLE = Path(__file__).parent.parent / "config" / "monitor.toml"


def write(folder: Path, text: str, name: str = "monitor.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf8")
    return path


def plain(settings: Settings) -> dict[str, object]:
    return settings.model_dump(exclude={"file", "feed", "watch"})


def test_the_shipped_file_is_valid() -> None:
    """The settings that ship with the project load, and keep the database under state/."""
    settings = load(EXAMPLE)
    assert settings.database_url.endswith("/state/echowire.db")
    assert settings.feeds.opml == (EXAMPLE.parent / "feeds.opml",)


def test_every_commented_default_is_the_default(tmp_path: Path) -> None:
    """Uncommenting the whole file changes nothing but the places of files and the examples."""
    lines = re.sub(r"(?m)^# (?=\[\[|[a-z_]+ = )", "", EXAMPLE.read_text(encoding="utf8"))
    told = load(write(tmp_path, lines))
    silent = load(write(tmp_path, "", "empty.toml"))
    assert told.feed[0].outlet == "The Example"
    assert watches(told)[0].any == ("strike", "grève")
    for name in ("fetch", "pages", "claims", "log", "serve"):
        assert getattr(silent, name) == getattr(told, name)
    assert silent.database_url == told.database_url
    assert silent.report_path == told.report_path
    assert silent.own_feeds == told.own_feeds
    places = {"path", "host", "user", "password_file", "report_url", "embeddings"}
    assert silent.matching.model_dump(exclude=places) == told.matching.model_dump(exclude=places)
    assert silent.report.model_dump(exclude=places) == told.report.model_dump(exclude=places)
    assert silent.mail.model_dump(exclude=places) == told.mail.model_dump(exclude=places)
    defaults = load(write(tmp_path, '[[watch]]\nname = "x"\n', "watch.toml")).watch[0]
    assert defaults.model_dump(exclude={"name", "to", "any", "none", "statuses"}) == told.watch[0].model_dump(
        exclude={"name", "to", "any", "none", "statuses"}
    )
    assert set(defaults.statuses) == set(told.watch[0].statuses)


def test_every_key_is_in_the_shipped_file() -> None:
    """No setting exists that the example file does not show."""
    text = EXAMPLE.read_text(encoding="utf8")
    for name, field in Settings.model_fields.items():
        if name == "file":
            continue
        inner = getattr(field.annotation, "model_fields", None) or {name: field}
        missing = [key for key in inner if not re.search(rf"(?m)^(# )?(\[\[)?{key}(\]\]| =)", text)]
        assert missing == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[fetch]\ndeadlin = "5s"', 'fetch.deadlin: unknown key; did you mean "deadline"?'),
        ("[fetsh]\n", 'fetsh: unknown key; did you mean "fetch"?'),
        ('[fetch]\nconcurrency = "8"', "fetch.concurrency: expected a whole number"),
        (
            '[fetch]\ngap = "soon"',
            'fetch.gap: expected a duration such as "30s", "5m", "12 h" or "30 d", not "soon"',
        ),
        ('[fetch]\nmax_feed = "big"', 'fetch.max_feed: expected a size such as "512 KB" or "10 MB", not "big"'),
        ('[pages]\nfetch = "often"', "pages.fetch: expected 'when-short', 'always' or 'never'"),
        ("[matching]\nwindow_days = 0", "matching.window_days: expected greater than or equal to 1"),
        ("feed = 3", "feed: expected a list"),
        ('[database]\nurl = "postgres://x/y"', "database.url: expected sqlite:///path or postgresql+psycopg://"),
        ("[[feed]]\noutlet = 'x'", "feed[1].url: is missing"),
        ('[[watch]]\nname = "a"\nstatuses = ["gnu"]', "watch[1].statuses[1]: expected 'new'"),
        ('[report]\npath = "${NO_SUCH_NAME}/r.html"', "report.path: the environment has no NO_SUCH_NAME"),
        ("[log]\nlevel = ", "is not valid TOML: "),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, message: str) -> None:
    """File, key and what is expected, in one line."""
    path = write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}: {message}")
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing file, a folder and bytes that are no text each have their sentence."""
    with pytest.raises(ConfigError, match=r"none\.toml: there is no such file"):
        load(tmp_path / "none.toml")
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        load(tmp_path)
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="is not UTF-8 text"):
        load(tmp_path / "bytes.toml")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ECHOWIRE_CONFIG", raising=False)
    with pytest.raises(ConfigError, match="name one with --config"):
        find(None)
    monkeypatch.setenv("ECHOWIRE_CONFIG", "/somewhere/monitor.toml")
    assert find(None) == Path("/somewhere/monitor.toml")
    assert find(Path("x.toml")) == Path("x.toml")


def test_paths_are_relative_to_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative path is relative to the file that holds it, wherever the command runs."""
    (tmp_path / "etc").mkdir()
    path = write(tmp_path / "etc", '[database]\nurl = "sqlite:///../var/x.db"\n[feeds]\nopml = ["a.opml"]\n')
    monkeypatch.chdir("/")
    settings = load(path)
    assert settings.database_url == f"sqlite:///{tmp_path}/var/x.db"
    assert settings.feeds.opml == (tmp_path / "etc" / "a.opml",)
    assert settings.state == tmp_path / "state"


def test_systemd_names_the_state_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under systemd the state lies in its StateDirectory and the password is its credential."""
    monkeypatch.setenv("STATE_DIRECTORY", "/var/lib/echowire")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    (tmp_path / "smtp-password").write_text("s3cret\n")
    settings = load(write(tmp_path, ""))
    assert settings.database_url == "sqlite:////var/lib/echowire/echowire.db"
    assert settings.mail.password() == "s3cret"
    told = load(write(tmp_path, '[mail]\npassword_file = "${CREDENTIALS_DIRECTORY}/smtp-password"\n'))
    assert told.mail.password() == "s3cret"


def test_a_secret_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    """The file of the password is named when it is missing; the password never is in a message."""
    settings = load(write(tmp_path, '[mail]\npassword_file = "none"\n'))
    with pytest.raises(ConfigError, match=r"mail\.password_file: cannot read .*/none: No such file"):
        settings.mail.password()


def test_watches_come_from_files_too(tmp_path: Path) -> None:
    """Watch files are read by pattern; two watches of one name are refused."""
    path = write(tmp_path, '[watches]\nfiles = ["w/*.toml"]\n[[watch]]\nname = "one"\n')
    (tmp_path / "w").mkdir()
    write(tmp_path / "w", '[[watch]]\nname = "two"\nstatuses = ["denial"]\n', "two.toml")
    assert [(w.name, w.statuses) for w in watches(load(path))][1] == ("two", frozenset({Status.DENIAL}))
    write(tmp_path / "w", '[[watch]]\nname = "one"\n', "zwei.toml")
    with pytest.raises(ConfigError, match=r'zwei\.toml: watch "one" is already in .*monitor\.toml'):
        watches(load(path))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30s", 30), ("5m", 300), ("1 h 30 m", 5400), ("30 d", 2592000), ("1.5 min", 90), (7, 7), ("250ms", 0.25)],
)
def test_durations(text: object, seconds: float) -> None:
    """Durations as people write them."""
    assert duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "5", "5 parsecs", "-3s", "5m!", True, None, "9" * 400 + "d"])
def test_no_durations(text: object) -> None:
    """Anything else is refused in one sentence."""
    with pytest.raises(ValueError, match="expected a duration"):
        duration(text)


@pytest.mark.parametrize(("text", "number"), [("10 MB", 10**7), ("512 KiB", 524288), (5, 5), ("1.5 kB", 1500)])
def test_sizes(text: object, number: int) -> None:
    """Sizes as people write them."""
    assert size(text) == number
