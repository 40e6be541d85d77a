"""Settings as frozen objects: every key of the file, its type, its default, and how its text is read.

Paths are relative to the file that holds them. Secrets are not in the file: they come from a file of their own, from
the environment, or from systemd's credentials.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo

from monitor.core.alerts import ALERTING, Watch
from monitor.core.model import Status

_UNITS = {
    "ms": 0.001, "s": 1, "sec": 1, "second": 1, "seconds": 1, "m": 60, "min": 60, "minute": 60, "minutes": 60,
    "h": 3600, "hour": 3600, "hours": 3600, "d": 86400, "day": 86400, "days": 86400, "w": 604800, "week": 604800,
    "weeks": 604800,
}  # fmt: skip
_SIZES = {"b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}


class ConfigError(Exception):
    """The configuration cannot be used. The message names file, key and what is expected, in one line."""


def duration(value: object) -> timedelta:
    """The span of "5m", "1 h 30 m", "30 d" or a number of seconds.

    Raises ValueError for anything else.
    """
    if isinstance(value, timedelta):
        return value
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError('expected a duration such as "30s", "5m", "12 h" or "30 d"')
    if isinstance(value, int | float):
        return timedelta(seconds=value)
    parts = re.findall(r"([0-9]+(?:\.[0-9]+)?)\s*([a-z]+)", value.lower())
    rest = re.sub(r"([0-9]+(?:\.[0-9]+)?)\s*([a-z]+)", "", value.lower()).strip()
    if not parts or rest or any(unit not in _UNITS for _, unit in parts):
        raise ValueError(f'expected a duration such as "30s", "5m", "12 h" or "30 d", not "{value}"')
    try:
        return timedelta(seconds=sum(float(n) * _UNITS[unit] for n, unit in parts))
    except OverflowError:
        raise ValueError(f'expected a duration such as "30s", "5m", "12 h" or "30 d", not "{value}"') from None


def size(value: object) -> int:
    """The bytes of "10 MB", "512 KiB" or a number. Raises ValueError for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)\s*([a-z]*)", str(value).strip().lower())
    unit = _SIZES.get((found[2] or "b") if found else "")
    if not found or unit is None:
        raise ValueError(f'expected a size such as "512 KB" or "10 MB", not "{value}"')
    return int(float(found[1]) * unit)


def expand(text: str, environment: Mapping[str, str]) -> str:
    """Fill `${NAME}` from the environment. Raises ValueError where a name is not set."""

    def fill(m: re.Match[str]) -> str:
        if m[1] not in environment:
            raise ValueError(f"the environment has no {m[1]}")
        return environment[m[1]]

    return re.sub(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}", fill, text)


def _path(value: object, info: ValidationInfo) -> Path:
    if not isinstance(value, str | Path) or not str(value):
        raise ValueError("expected a path")
    return Path(os.path.normpath(_folder(info) / Path(expand(str(value), os.environ)).expanduser()))


def _folder(info: ValidationInfo) -> Path:
    return Path((info.context or {}).get("folder", "."))


def _positive(value: timedelta) -> timedelta:
    if value <= timedelta(0):
        raise ValueError("expected a duration above zero")
    return value


def _database(value: str) -> str:
    if not re.match(r"(sqlite|postgresql)(\+\w+)?://", value):
        raise ValueError("expected sqlite:///path or postgresql+psycopg://user@host/name")
    return value


Duration = Annotated[timedelta, BeforeValidator(duration), AfterValidator(_positive)]
Wait = Annotated[timedelta, BeforeValidator(duration)]
Size = Annotated[int, BeforeValidator(size), Field(gt=0)]
Location = Annotated[Path, BeforeValidator(_path)]


class Section(BaseModel):
    """A table of the file: frozen, no unknown keys, and no guessing of types ("8" is not a number)."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class DatabaseSection(Section):
    """[database]"""

    url: Annotated[str, AfterValidator(_database)] | None = Field(
        None, description="where the database is; default: echowire.db in the state folder"
    )


class FeedsSection(Section):
    """[feeds]: OPML lists, and the one that the command line keeps."""

    opml: tuple[Location, ...] = Field((), strict=False)
    own: Location | None = None  # feeds added on the command line are kept there


class FeedSection(Section):
    """[[feed]]: one feed named in the settings themselves."""

    url: str
    outlet: str | None = None
    language: str | None = None


class FetchSection(Section):
    """[fetch]: how politely, how long and how much."""

    contact: str = ""
    deadline: Duration = timedelta(seconds=30)
    max_feed: Size = 10_000_000
    max_page: Size = 5_000_000
    concurrency: int = Field(16, ge=1, le=500)
    per_host: int = Field(2, ge=1, le=16)
    gap: Wait = timedelta(seconds=1)
    shortest: Duration = timedelta(minutes=5)
    first: Duration = timedelta(minutes=15)
    longest: Duration = timedelta(days=1)
    silent_after: Duration = timedelta(days=7)
    robots: bool = True
    private_addresses: bool = True


class PagesSection(Section):
    """[pages]: when an article's page is read besides its feed entry."""

    fetch: Literal["when-short", "always", "never"] = "when-short"
    short: int = Field(600, ge=0)  # characters of feed text below which the page is read
    per_poll: int = Field(60, ge=0)


class MatchingSection(Section):
    """[matching]"""

    window_days: int = Field(30, ge=1, le=365)
    embeddings: Location | None = None
    embeddings_weight: float = Field(0.0, ge=0, le=20)


class ClaimsSection(Section):
    """[claims]"""

    operating_point: Literal["balanced", "careful"] = "balanced"


class MailSection(Section):
    """[mail]: without a host no mail is sent; notices wait in the outbox."""

    host: str | None = None
    port: int = Field(587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    password_file: Location | None = None
    sender: str = "Echowire <echowire@localhost>"
    report_url: str | None = None
    max_age: Duration = timedelta(days=2)
    timeout: Duration = timedelta(seconds=20)
    every: Duration = timedelta(seconds=30)

    def password(self) -> str | None:
        """The password: from the file, else ECHOWIRE_SMTP_PASSWORD, else systemd's credential `smtp-password`.

        Raises ConfigError where the named file cannot be read.
        """
        if self.password_file is not None:
            return _secret(self.password_file, "mail.password_file") or None
        if word := os.environ.get("ECHOWIRE_SMTP_PASSWORD"):
            return word
        folder = os.environ.get("CREDENTIALS_DIRECTORY")
        credential = Path(folder) / "smtp-password" if folder else None
        return _secret(credential, "mail.password_file") if credential and credential.exists() else None


class ReportSection(Section):
    """[report]: the HTML page that a running daemon keeps fresh."""

    path: Location | None = None
    language: Literal["fr", "en"] = "en"
    since: Duration = timedelta(hours=24)
    every: Duration = timedelta(minutes=1)


class WatchesSection(Section):
    """Files that hold [[watch]] tables and nothing else; `*` in a name stands for any."""

    files: tuple[Location, ...] = Field((), strict=False)


class WatchSection(Section):
    """[[watch]]: what a subscriber wants to hear about. `core.alerts.Watch` says what each key means."""

    name: str = Field(min_length=1)
    to: tuple[str, ...] = Field((), strict=False)
    language: Literal["fr", "en"] = "en"
    any: tuple[str, ...] = Field((), strict=False)
    all: tuple[str, ...] = Field((), strict=False)
    none: tuple[str, ...] = Field((), strict=False)
    outlets: tuple[str, ...] = Field((), strict=False)
    languages: tuple[str, ...] = Field((), strict=False)
    statuses: tuple[Annotated[Status, Field(strict=False)], ...] = Field(tuple(sorted(ALERTING)), strict=False)
    min_rank: float = Field(0.0, ge=0, le=1)
    group_by: Literal["story", "watch"] = "story"
    group_wait: Wait = timedelta(minutes=2)
    group_interval: Wait = timedelta(minutes=15)
    repeat_interval: Wait = timedelta(days=2)

    def watch(self) -> Watch:
        """As the core knows it."""
        return Watch(**{**dict(self), "statuses": frozenset(self.statuses)})


class WatchFile(Section):
    """A file of watches."""

    watch: tuple[WatchSection, ...] = Field((), strict=False)


class LogSection(Section):
    """[log]"""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "json", "console"] = "auto"


class ServeSection(Section):
    """[serve]: the page of `echowire serve`."""

    host: str = "127.0.0.1"
    port: int = Field(8090, ge=0, le=65535)


class Settings(Section):
    """Everything the file may say. `file` is where it was read from: it is not a key."""

    file: Path
    state: Location = Field(validate_default=True, default=Path("../state"))
    database: DatabaseSection = DatabaseSection()
    feeds: FeedsSection = FeedsSection()
    feed: tuple[FeedSection, ...] = Field((), strict=False)
    fetch: FetchSection = FetchSection()
    pages: PagesSection = PagesSection()
    matching: MatchingSection = MatchingSection()
    claims: ClaimsSection = ClaimsSection()
    mail: MailSection = MailSection()
    report: ReportSection = ReportSection()
    watches: WatchesSection = WatchesSection()
    watch: tuple[WatchSection, ...] = Field((), strict=False)
    log: LogSection = LogSection()
    serve: ServeSection = ServeSection()

    @property
    def database_url(self) -> str:
        """A SQLAlchemy URL; a relative path of SQLite is relative to the settings' file."""
        url = self.database.url
        if url is None:
            return f"sqlite:///{self.state / 'echowire.db'}"
        return absolute_sqlite(url, self.file.parent)

    @property
    def report_path(self) -> Path:
        return self.report.path or self.state / "report.html"

    @property
    def own_feeds(self) -> Path:
        """The OPML file that `echowire feeds add` writes to."""
        return self.feeds.own or self.state / "feeds.opml"


def absolute_sqlite(url: str, folder: Path) -> str:
    """The URL with a relative SQLite path made absolute; any other URL as it is."""
    found = re.fullmatch(r"(sqlite(?:\+\w+)?)://(?:/(.*))?", url)
    if not found or not found[2] or found[2].startswith(("/", ":memory:")):
        return url
    return f"{found[1]}:///{Path(os.path.normpath(folder.resolve() / found[2]))}"


def _secret(path: Path, key: str) -> str:
    try:
        return path.read_text(encoding="utf8").strip("\r\n")
    except (OSError, UnicodeDecodeError) as e:
        raise ConfigError(f"{key}: cannot read {path}: {getattr(e, 'strerror', None) or e}") from e
