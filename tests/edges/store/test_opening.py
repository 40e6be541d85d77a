"""Opening a database: made where there is none, refused in one plain line where it cannot be used."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, make_url

import monitor
from monitor.edges.store import Store, StoreBusyError, StoreError, open_store
from monitor.edges.store.location import Location
from monitor.edges.store.migrate import HEAD, VERSION_TABLE
from monitor.edges.store.schema import metadata
from tests.edges.store.factory import judgement

ROOT = Path(__file__).parents[3]
NOBODY = 65534


def refusal(url: str, *, read_only: bool = False, busy_seconds: float = 0.1) -> str:
    """The one line a database is refused with."""
    with pytest.raises(StoreError) as caught:
        open_store(url, read_only=read_only, busy_seconds=busy_seconds)
    line = str(caught.value)
    assert "\n" not in line
    return line


def test_a_new_database_in_a_new_directory(tmp_path: Path) -> None:
    """File and directories are made; a second opening finds everything as it was."""
    path = tmp_path / "a" / "b" / "été 100% #1?.db"
    with open_store(str(path)) as store, store.transaction() as tx:
        tx.record(judgement("a1"))
    assert path.exists()
    with open_store(str(path)) as store:
        assert [a.key for a in store.articles()] == ["a1"]
        assert store.name == str(path)


@pytest.mark.parametrize(
    ("text", "path"),
    [("sqlite:///state/e.db", "state/e.db"), ("sqlite:////var/e.db", "/var/e.db"), ("state/e.db", "state/e.db")],
)
def test_what_a_person_may_write(text: str, path: str) -> None:
    """URLs with three and four slashes, and plain paths."""
    assert (Location.parse(text).path, Location.parse(text).name) == (Path(path), path)


def test_postgresql_urls_hide_their_password() -> None:
    """The driver is filled in; messages never show the password."""
    where = Location.parse("postgresql://ann:s3cret@db.example:5433/news?sslmode=require&password=s3cret")
    assert where.url.drivername == "postgresql+psycopg"
    assert where.url.password == "s3cret"
    assert where.name == "postgresql://ann@db.example:5433/news"


@pytest.mark.parametrize("text", ["", "sqlite://", "sqlite:///:memory:", "mysql://h/d", "postgresql://h:port/d", "://"])
def test_what_is_no_database(text: str) -> None:
    """Each is refused with what to write instead."""
    assert "sqlite:///" in refusal(text)


def test_sqlite_settings(store: Store) -> None:
    """WAL, so that readers never wait; NORMAL; foreign keys checked."""
    with store.writing() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {p}").scalar() for p in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert found == ["wal", 1, 1]


def test_the_schema_is_what_migrations_make(any_store: Store) -> None:
    """The tables in schema.py and those Alembic makes are the same, on both databases."""
    with any_store.reading() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, metadata) == []


def test_head_is_the_newest_revision() -> None:
    """The constant that spares importing Alembic on each start is right."""
    config = Config()
    config.set_main_option("script_location", "monitor.edges.store:migrations")
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_a_start_on_a_current_database_does_not_import_alembic(url: str) -> None:
    """Commands stay quick: Alembic is for the day there is something to migrate."""
    open_store(url).close()
    code = (
        "import sys; from monitor.edges.store import open_store; open_store(sys.argv[1]).close();"
        "print('alembic' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, url], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("False\n", "")


def test_a_newer_schema_is_refused(any_url: str) -> None:
    """An older program says which versions meet and what to do, and touches nothing."""
    with open_store(any_url) as store, store.writing() as connection:
        connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
        connection.exec_driver_sql("UPDATE meta SET value = '7.1' WHERE name = 'program'")
    for read_only in (False, True):
        line = refusal(any_url, read_only=read_only)
        assert "has schema 9999, written by Echowire 7.1" in line
        assert f"this is Echowire {monitor.__version__}, which knows {HEAD}" in line
        assert "install the newer version" in line


def test_other_peoples_databases_are_refused(tmp_path: Path) -> None:
    """A database with other tables is not written into."""
    path = tmp_path / "theirs.db"
    with sqlite3.connect(path) as theirs:
        theirs.execute("CREATE TABLE cookies (id INTEGER)")
    theirs.close()
    assert refusal(str(path)) == f"{path} holds other tables (cookies) and not Echowire's: give another database"


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    """A text file under that name is left alone."""
    path = tmp_path / "notes.txt"
    path.write_text("my notes\n" * 100)
    for read_only in (False, True):
        assert refusal(str(path), read_only=read_only).startswith(f"{path} is not a database")
    assert path.read_text() == "my notes\n" * 100


def test_a_directory(tmp_path: Path) -> None:
    """A directory in the place of the file."""
    assert refusal(str(tmp_path)) == f"{tmp_path} is a directory: give the path of a file in it"


def test_a_file_in_the_way_of_the_directory(tmp_path: Path) -> None:
    """The directory cannot be made where a file stands."""
    (tmp_path / "state").write_text("")
    assert refusal(f"{tmp_path}/state/sub/e.db").startswith(f"cannot create the directory {tmp_path}/state/sub")


def test_a_damaged_database(url: str, tmp_path: Path) -> None:
    """Bytes overwritten in the middle are told as damage, not as a traceback."""
    with open_store(url) as store, store.transaction() as tx:
        for i in range(200):
            tx.record(judgement(f"a{i}"))
    path = Path(url.removeprefix("sqlite:///"))
    size = path.stat().st_size
    with path.open("r+b") as raw:
        raw.seek(4096)
        raw.write(b"\xa5" * (size - 4096))
    assert refusal(url).startswith(f"{path} is damaged")


def test_reading_what_is_not_there(tmp_path: Path) -> None:
    """A reader makes no database, and says how to get one."""
    path = tmp_path / "none.db"
    assert refusal(str(path), read_only=True).startswith(f"there is no database at {path}: run `echowire poll`")
    assert not path.exists()
    path.write_bytes(b"")
    assert "is empty" in refusal(str(path), read_only=True)


def test_a_reader_cannot_write(url: str) -> None:
    """`read_only` is a promise."""
    open_store(url).close()
    with open_store(url, read_only=True) as store:
        with pytest.raises(StoreError, match="opened for reading only"), store.transaction():
            pass
        assert store.story_ids() == []


def test_no_room_left(url: str) -> None:
    """A full disk undoes the poll, in one line, and the store goes on once there is room."""
    with open_store(url) as store:
        with store.transaction() as tx:
            tx.record(judgement("a0"))
        with store.writing() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")  # SQLite's own "disk full"
        many = "Une phrase longue. " * 50_000
        with pytest.raises(StoreError, match="no space left to write"), store.transaction() as tx:
            tx.record(judgement("b0", sentences=[many]))
        with store.writing() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
        with store.transaction() as tx:
            assert tx.window.find("b0") is None
            tx.record(judgement("a1"))
        assert [a.key for a in store.articles()] == ["a0", "a1"]


def test_an_error_passed_over_still_undoes_everything(url: str) -> None:
    """SQLite may undo a transaction by itself; whoever goes on regardless cannot leave half a poll behind."""
    with open_store(url) as store:
        with pytest.raises(StoreError, match="undid the transaction"), store.transaction() as tx:  # noqa: PT012
            tx.record(judgement("a1"))
            tx._connection.connection.driver_connection.execute("ROLLBACK")  # what SQLite does on a bad disk
            tx.record(judgement("a2"))
        with store.transaction() as tx:
            assert tx.window.find("a1") is None
        with pytest.raises(StoreError, match="undid the transaction"), store.transaction() as tx:  # noqa: PT012
            tx.record(judgement("a1"))
            tx._connection.connection.driver_connection.execute("ROLLBACK")
        assert list(store.articles()) == []


@pytest.fixture
def open_directory() -> Iterator[Path]:
    """A directory that another user may enter (pytest's own are private)."""
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o755)
        yield Path(made)


def as_another_user(url: str, *, read_only: bool = False, meanwhile: Callable[[], object] | None = None) -> str:
    """The keys of the articles, or the refusal, as a user without rights meets them. Root may write anywhere, so a
    child process steps down; it shares this one's modules, since that user may not even read the interpreter's.

    With `meanwhile`, which we do between two readings of the one open store, the keys of the second.
    """
    receive, send = os.pipe()
    wait, go = os.pipe()
    if (child := os.fork()) == 0:
        try:
            if os.geteuid() == 0:
                os.setuid(NOBODY)
            try:
                with open_store(url, read_only=read_only) as store:
                    said = " ".join(a.key for a in store.articles())
                    if meanwhile is not None:
                        os.write(send, b".")
                        os.read(wait, 1)
                        said = " ".join(a.key for a in store.articles())
            except StoreError as error:
                said = str(error)
            os.write(send, said.encode())
        finally:
            os._exit(0)
    os.close(send)
    with os.fdopen(receive, "rb", buffering=0) as answer, os.fdopen(go, "wb", buffering=0) as signal:
        if meanwhile is not None:
            assert answer.read(1) == b"."
            meanwhile()
            signal.write(b".")
        said = answer.read().decode()
    os.close(wait)
    os.waitpid(child, 0)
    return said


def test_a_read_only_directory(open_directory: Path) -> None:
    """Writing is refused with the file's name; reading works, the daemon being stopped."""
    path = open_directory / "state" / "echowire.db"
    with open_store(str(path)) as store, store.transaction() as tx:
        tx.record(judgement("a1"))
    path.chmod(0o444)
    path.parent.chmod(0o555)
    try:
        assert as_another_user(str(path)) == (
            f"cannot write {path}: the file or its directory is read-only for this user"
        )
        assert as_another_user(f"{path.parent}/new.db").startswith(f"cannot open {path.parent}/new.db")
        assert as_another_user(f"{path.parent}/sub/new.db").startswith("cannot create the directory")
        assert as_another_user(str(path), read_only=True) == "a1"
    finally:
        path.parent.chmod(0o755)


@pytest.mark.skipif(os.geteuid() != 0, reason="two users take root")
def test_a_reader_without_rights_sees_the_daemon_start(open_directory: Path) -> None:
    """A page served by another user does not stay at what was there before the daemon began to write."""
    path = open_directory / "echowire.db"
    with open_store(str(path)) as store, store.transaction() as tx:
        tx.record(judgement("a1"))
    with ExitStack() as later:

        def daemon() -> None:
            store = later.enter_context(open_store(str(path)))
            with store.transaction() as tx:
                tx.record(judgement("a2"))

        assert as_another_user(str(path), read_only=True, meanwhile=daemon) == "a1 a2"


def test_a_server_database_that_cannot_hold_every_script(postgresql_url: str) -> None:
    """A Latin-1 database is refused before anything is written into it."""
    admin = create_engine(postgresql_url, isolation_level="AUTOCOMMIT")
    name = f"{make_url(postgresql_url).database}_latin"
    try:
        with admin.connect() as connection:
            connection.exec_driver_sql(
                f"CREATE DATABASE {name} ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
            )
        latin = make_url(postgresql_url).set(database=name).render_as_string(hide_password=False)
        assert f"{name} is in LATIN1: create it with ENCODING 'UTF8'" in refusal(latin)
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name}")
    finally:
        admin.dispose()


def test_an_unreachable_server() -> None:
    """A server that is not there is named without its password."""
    pytest.importorskip("psycopg")
    line = refusal("postgresql://ann:s3cret@127.0.0.1:1/news")
    assert line.startswith("cannot reach postgresql://ann@127.0.0.1:1/news: ")
    assert "s3cret" not in line


def test_a_second_writer_waits_then_fails_clearly(any_url: str) -> None:
    """While one program's transaction is open another's is refused after its patience; reading goes on."""
    with open_store(any_url) as first, first.transaction() as tx:
        tx.record(judgement("a1"))
        with open_store(any_url, read_only=True) as reader:
            assert list(reader.articles()) == []
        with pytest.raises(StoreBusyError, match="in use by another program"):
            open_store(any_url, busy_seconds=0.2)


def test_a_second_program_is_seen(any_url: str) -> None:
    """What another program recorded is in the window at once: no stale cache."""
    with open_store(any_url) as one, open_store(any_url) as two:
        for version in range(4):
            for writer, other in ((one, two), (two, one)):
                with writer.transaction() as tx:
                    earlier = tx.window.find("a1")
                    tx.record(judgement("a1", sentences=[f"Version {version} {writer is one}."], view=bytes([version]),
                                        replaces="a1" if earlier else None))  # fmt: skip
                    tx.window.mentions("s1", 50)
                with other.transaction() as tx:
                    [seen] = tx.window.filed([0])
                    assert seen.view == bytes([version])
                    assert tx.window.mentions("s1", 50)[-1].text == f"Version {version} {writer is one}."


def test_one_transaction_at_a_time(store: Store) -> None:
    """A transaction inside a transaction is a bug and says so, instead of waiting for itself for ever."""
    with store.transaction(), pytest.raises(RuntimeError, match="one at a time"), store.transaction():
        pass


def test_one_daemon_at_a_time(any_url: str) -> None:
    """The lock is refused to a second holder, and free again after the first."""
    with open_store(any_url) as one, open_store(any_url) as two:
        with one.hold_daemon_lock() as held:
            with pytest.raises(StoreError, match="another echowire daemon"):
                two.hold_daemon_lock()
            held.release()
            held.release()
        two.hold_daemon_lock().release()
