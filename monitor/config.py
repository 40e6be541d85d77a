"""Reading the settings: a TOML file in, frozen `Settings` out. Errors name the file, the key and what is expected.

Two rules: what the file does not say has a default that works; what the file says and we do not know is an error,
with the name it was probably meant to be.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from monitor.core.alerts import Watch
from monitor.settings import ConfigError, Section, Settings, WatchFile

__all__ = ["ConfigError", "Settings", "find", "load", "watches", "without_file"]

ENVIRONMENT = "ECHOWIRE_CONFIG"
DEFAULT_FILE = Path("config/monitor.toml")
SYSTEM_FILE = Path("/etc/echowire/monitor.toml")
S = TypeVar("S", bound=Section)


def load(path: Path) -> Settings:
    """Read a settings file and the watch files it names.

    Raises ConfigError with one line that names file, key and what is expected.
    """
    return _validated(path, _read(path))


def find(option: Path | None) -> Path:
    """The settings file to use: the option, else $ECHOWIRE_CONFIG, else config/monitor.toml, else the system's.

    Raises ConfigError where there is none.
    """
    if option is not None:
        return option
    if named := os.environ.get(ENVIRONMENT):
        return Path(named)
    for candidate in (DEFAULT_FILE, SYSTEM_FILE):
        if candidate.exists():
            return candidate
    raise ConfigError(
        f"no settings: there is no {DEFAULT_FILE} here and no {SYSTEM_FILE}; name one with --config or {ENVIRONMENT}"
    )


def without_file() -> Settings:
    """The defaults, for commands that need no settings. State would go under ./state."""
    return _validated(DEFAULT_FILE, {})


def watches(settings: Settings) -> tuple[Watch, ...]:
    """The watches of the settings and of the watch files. ConfigError where two share a name."""
    found = [(settings.file, w) for w in settings.watch]
    for pattern in settings.watches.files:
        files = sorted(pattern.parent.glob(pattern.name)) if "*" in pattern.name else [pattern]
        for file in files:
            context = {"folder": file.parent.absolute()}
            found += [(file, w) for w in _checked(WatchFile, file, _read(file), context).watch]
    seen: dict[str, Path] = {}
    for file, watch in found:
        if watch.name in seen:
            raise ConfigError(f'{file}: watch "{watch.name}" is already in {seen[watch.name]}; give it another name')
        seen[watch.name] = file
    return tuple(w.watch() for _, w in found)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file") from None
    except OSError as e:
        raise ConfigError(f"{path}: cannot be read: {e.strerror}") from e
    except UnicodeDecodeError as e:
        raise ConfigError(f"{path}: is not UTF-8 text (byte {e.start})") from e
    except tomllib.TOMLDecodeError as e:
        raise ConfigError(f"{path}: is not valid TOML: {e}") from e


def _validated(path: Path, tables: Mapping[str, Any]) -> Settings:
    if "file" in tables:
        raise ConfigError(f"{path}: file: unknown key")
    state = os.environ.get("STATE_DIRECTORY")  # systemd's StateDirectory=
    given = {**({"state": state} if state else {}), **tables, "file": path}
    return _checked(Settings, path, given, {"folder": path.parent.absolute()})


def _checked(model: type[S], path: Path, tables: Mapping[str, Any], context: Mapping[str, Any]) -> S:
    try:
        return model.model_validate(tables, context=dict(context))
    except ValidationError as e:
        problems = [_say(model, dict(error)) for error in e.errors(include_url=False)]
        raise ConfigError(f"{path}: " + "; ".join(problems)) from None


def _say(model: type[Section], error: Mapping[str, Any]) -> str:
    """One problem in plain words: key, what is wrong, what is expected."""
    steps = tuple(error["loc"])
    key = "".join(f"[{s + 1}]" if isinstance(s, int) else f".{s}" for s in steps).lstrip(".")
    kind, message = error["type"], str(error["msg"])
    if kind == "extra_forbidden":
        known = _names(model, steps[:-1])
        near = difflib.get_close_matches(str(steps[-1]), known, 1)
        hint = f'did you mean "{near[0]}"?' if near else "known here: " + ", ".join(known)
        return f"{key}: unknown key; {hint}"
    if kind == "missing":
        return f"{key}: is missing"
    plain = {
        "bool_type": "expected true or false",
        "int_type": "expected a whole number",
        "float_type": "expected a number",
        "string_type": "expected text in quotes",
        "tuple_type": "expected a list",
        "model_type": "expected a table",
        "path_type": "expected a path in quotes",
    }
    if kind == "value_error":
        return f"{key}: {message.removeprefix('Value error, ')}"
    if kind in plain:
        return f"{key}: {plain[kind]}"
    return f"{key}: " + message.replace("Input should be", "expected").replace("Input should", "should")


def _names(model: type[Section], steps: tuple[str | int, ...]) -> list[str]:
    """The keys that may stand at this place of the file."""
    here: Any = model
    for step in steps:
        if isinstance(step, int):
            continue
        here = here.model_fields[step].annotation
        for inner in getattr(here, "__args__", ()):
            if isinstance(inner, type) and issubclass(inner, Section):
                here = inner
    return [n for n in here.model_fields if n != "file"]
