"""Commands: exit codes, and one plain line where something is wrong."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from monitor import __version__
from monitor.cli import main
from tests.newsstand import Newsstand

ROOT = Path(__file__).parent.parent
ARTICLE = {"id": "a1", "source": "La Gazette", "url": None, "published": "2026-03-03T08:00:00Z", "language": "fr",
           "title": "Un pont rouvre", "text": "Le pont de Kermadec a rouvert mardi après 14 mois."}  # fmt: skip


def lines(path: Path, *rows: dict[str, object]) -> Path:
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf8")
    return path


def settings(folder: Path, text: str = "") -> str:
    path = folder / "monitor.toml"
    path.write_text(f'state = "state"\n{text}', encoding="utf8")
    return str(path)


def told(capsys: pytest.CaptureFixture[str]) -> str:
    """The one line on standard error."""
    err = capsys.readouterr().err
    assert err.count("\n") == 1, err
    assert err.startswith("echowire: ")
    return err.strip()


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    """The version and the help of every command are printed, and are no error."""
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"echowire {__version__}\n"
    assert main(["--help"]) == 0
    names = [x.split()[0] for x in capsys.readouterr().out.partition("Commands:")[2].splitlines() if x.strip()]
    assert {"run", "poll", "replay", "export", "report", "explain", "claims", "feeds", "watches", "alerts", "check",
            "demo", "serve"} <= set(names)  # fmt: skip
    for name in names:
        assert main([name, "--help"]) == 0
        assert "Usage: echowire" in capsys.readouterr().out


def test_python_m_monitor_is_the_same_program() -> None:
    """`python -m monitor` works, and its errors end with their exit code."""
    found = subprocess.run(
        [sys.executable, "-m", "monitor", "nonsense"], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr == "echowire: No such command 'nonsense'. (see echowire --help)\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["report", "--formt", "x"], "No such option: --formt"),
        (["report", "--format", "pdf"], '--format: expected text, html, json or csv, not "pdf"'),
        (["report", "--since", "yesterday"], "--since: expected a duration"),
        (["report", "--language", "de"], '--language: expected "fr" or "en", not "de"'),
        (["export", "--format", "xml"], "--format: expected jsonl"),
        (["explain", "a"], "Missing argument 'B'"),
        (["poll", "--feed", "ftp://x/y"], "--feed: expected an http or https address"),
        (["feeds", "add", "gopher://x"], "expected an http or https address"),
        (["replay", "--processes", "-1", "x"], "Invalid value for '--processes'"),
    ],
)
def test_wrong_usage_is_code_2(
    arguments: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong option or argument is named in one line."""
    assert main(["--config", settings(tmp_path), *arguments]) == 2
    assert words in told(capsys)


@pytest.mark.parametrize("command", ["run", "poll", "report", "feeds list", "watches list", "alerts", "check", "serve"])
def test_wrong_settings_are_code_2(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every command refuses settings it does not understand, and says where."""
    path = settings(tmp_path, "[fetch]\ndeadlin = '5s'\n")
    assert main(["--config", path, *command.split()]) == 2
    assert told(capsys) == f'echowire: {path}: fetch.deadlin: unknown key; did you mean "deadline"?'
    assert main(["--config", str(tmp_path / "none.toml"), *command.split()]) == 2
    assert "there is no such file" in told(capsys)


def test_the_environment_names_the_settings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """ECHOWIRE_CONFIG stands for --config."""
    monkeypatch.setenv("ECHOWIRE_CONFIG", settings(tmp_path, '[[watch]]\nname = "floods"\nany = ["crue"]\n'))
    assert main(["watches", "list"]) == 0
    assert capsys.readouterr().out == "floods: any of crue -> nobody (notices wait in the outbox)\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[feeds]\nopml = ["none.opml"]\n', "none.opml: No such file or directory"),
        ('[[feed]]\nurl = "news"\n', 'feed.url: expected an http or https address, not "news"'),
        ('[[watch]]\nname = "w"\nto = ["nobody"]\n', 'watch "w": to: mail address'),
        ('[mail]\nhost = "x"\nsender = "me"\n', "mail.sender: mail address"),
        ('[watches]\nfiles = ["none.toml"]\n', "none.toml: there is no such file"),
        ('[matching]\nembeddings = "none"\n', "/none does not exist"),
    ],
)
def test_what_settings_point_at_is_checked_at_the_start(
    text: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A missing list, a wrong address, a missing watch file: the daemon does not start, and says why."""
    assert main(["--config", settings(tmp_path, text), "run"]) == 2
    assert words in told(capsys)


def test_reading_before_anything_is_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a database the reading commands say what to do first."""
    for command in (["report"], ["export"], ["alerts"], ["serve"]):
        assert main(["--config", settings(tmp_path), *command]) == 1
        assert "there is no database at" in told(capsys)


def test_unknown_articles_and_stories(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An id nobody knows is an error in one line."""
    path = settings(tmp_path)
    assert main(["--config", path, "replay", str(lines(tmp_path / "a.jsonl", ARTICLE))]) == 0
    capsys.readouterr()
    for command in (["explain", "a1", "b2"], ["claims", "b2"], ["report", "--story", "b2"]):
        assert main(["--config", path, *command]) == 1
        assert "there is no" in told(capsys)
    assert main(["--config", path, "explain", "a1", "a1"]) == 1
    assert "are one article" in told(capsys)


def test_a_database_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is no database, and a URL that names no database we know."""
    (tmp_path / "x.db").write_bytes(b"not a database at all, but long enough to be looked at" * 20)
    path = settings(tmp_path)
    assert main(["--config", path, "export", "--database", f"sqlite:///{tmp_path}/x.db"]) == 1
    assert "is not a database" in told(capsys)
    assert main(["--config", path, "export", "--database", "mysql://localhost/x"]) == 1
    assert "no database of kind 'mysql'" in told(capsys)


def test_output_that_nobody_reads_is_no_error(tmp_path: Path) -> None:
    """`echowire export | head -1` ends quietly."""
    path = settings(tmp_path)
    rows = [ARTICLE | {"id": f"a{i}", "title": f"Titre {i}", "text": f"Texte {i}. " + "mot " * 400} for i in range(60)]
    assert main(["--config", path, "replay", "--processes", "1", str(lines(tmp_path / "a.jsonl", *rows))]) == 0
    command = f'"{sys.executable}" -m monitor --config "{path}" export | head -c 10'
    found = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert (found.returncode, found.stderr) == (0, "")


def test_errors_of_ours_have_no_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug is one line as well; ECHOWIRE_DEBUG shows where."""
    monkeypatch.delenv("ECHOWIRE_DEBUG", raising=False)
    monkeypatch.setattr("monitor.cli.feeds.listed", lambda _: 1 // 0)
    path = settings(tmp_path)
    assert main(["--config", path, "feeds", "export"]) == 1
    assert "an error of ours, please report it: ZeroDivisionError" in told(capsys)
    monkeypatch.setenv("ECHOWIRE_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        main(["--config", path, "feeds", "export"])


def test_feeds_are_added_and_removed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The list of our own is kept in an OPML file; feeds named elsewhere are pointed at."""
    path = settings(tmp_path, '[[feed]]\nurl = "http://a.example/rss"\noutlet = "A"\n')
    assert main(["--config", path, "feeds", "add", "http://b.example/rss", "--outlet", "B"]) == 0
    assert main(["--config", path, "feeds", "add", "http://b.example/rss"]) == 1
    assert main(["--config", path, "feeds", "remove", "http://a.example/rss"]) == 1
    assert "is in" in capsys.readouterr().err
    assert main(["--config", path, "feeds", "list"]) == 0
    assert capsys.readouterr().out == (
        "A  not polled yet  http://a.example/rss\nB  not polled yet  http://b.example/rss\n"
    )
    copy = tmp_path / "copy.opml"
    assert main(["--config", path, "feeds", "export", "-o", str(copy)]) == 0
    assert main(["--config", path, "feeds", "remove", "http://b.example/rss"]) == 0
    assert main(["--config", path, "feeds", "import", str(copy)]) == 0
    assert "1 feeds added" in capsys.readouterr().out
    assert main(["--config", path, "feeds", "export"]) == 0
    assert capsys.readouterr().out == copy.read_text(encoding="utf8")


def test_feeds_are_checked_without_recording(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`feeds check` says what each feed gives; one that fails is exit code 1."""
    with Newsstand() as stand:
        path = stand.settings(tmp_path, outlets=["La Gazette"])
        assert main(["--config", str(path), "feeds", "check"]) == 0
        assert "La Gazette, 2 items, newest" in capsys.readouterr().out
        assert main(["--config", str(path), "feeds", "check", f"{stand.base}/none"]) == 1
        assert "404" in capsys.readouterr().out
    assert not (tmp_path / "state").exists()


def test_check_names_everything_that_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`check` goes on after the first problem, and asks the mail server."""
    path = settings(tmp_path, '[mail]\nhost = "127.0.0.1"\nport = 9\nsecurity = "none"\n[feeds]\nopml = ["no.opml"]\n')
    assert main(["--config", path, "check"]) == 1
    found = capsys.readouterr()
    assert "feeds: WRONG: " in found.err
    assert "mail: WRONG: mail server 127.0.0.1:9 does not answer" in found.err
    assert "2 of these must be put right" in found.err
    assert "database: " in found.out
    assert main(["--config", settings(tmp_path), "check"]) == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a file system needs root")
def test_a_full_disk_is_said_and_loses_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On a disk of one megabyte the replay ends with one line; with room again it goes on where it was."""
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(small)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount a file system")
    rows = [
        ARTICLE | {"id": f"a{i}", "title": f"Titre {i}", "text": " ".join(f"mot{i}x{j}" for j in range(900))}
        for i in range(120)
    ]
    archive = lines(tmp_path / "a.jsonl", *rows)
    replay = ["--config", settings(tmp_path), "replay", "--processes", "1", "--database", f"sqlite:///{small}/e.db"]
    try:
        assert main([*replay, str(archive)]) == 1
        assert "no space left to write" in capsys.readouterr().err
        subprocess.run(["mount", "-o", "remount,size=64m", str(small)], check=True)
        assert main([*replay, str(archive)]) == 0
        capsys.readouterr()
        assert main(["--config", settings(tmp_path), "export", "--database", f"sqlite:///{small}/e.db"]) == 0
        assert len(capsys.readouterr().out.splitlines()) == 120
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)


def test_a_state_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """A read-only state folder is one line and exit code 1, for the daemon as for a poll."""
    folder = tmp_path / "state"
    folder.mkdir()
    path = settings(tmp_path)
    command = [sys.executable, "-m", "monitor", "--config", path]
    if os.geteuid() == 0:  # for root no folder is read-only, unless it gives that power up
        if not shutil.which("setpriv"):
            pytest.skip("no setpriv: root cannot give its powers up")
        command = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *command]
    folder.chmod(0o555)
    for what in ("run", "poll"):
        found = subprocess.run([*command, what], capture_output=True, text=True, check=False, cwd=ROOT, timeout=60)
        assert found.returncode == 1, found.stderr
        assert found.stderr.startswith("echowire: cannot ")
        assert str(folder) in found.stderr
        assert found.stderr.count("\n") == 1
