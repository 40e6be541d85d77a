"""The import law: cli -> app, demo -> service -> edges -> core. Read from the source, nothing is imported."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "monitor"
FILES = sorted(PACKAGE.rglob("*.py"))

# Which rooms a room may import from, besides itself. An edge is a room of its own.
ROOT_ROOMS = {"app", "daemon"}
ALLOWED = {
    "core": set[str](),
    "languages": {"core.pack"},
    "edges": {"core", ""},
    "settings": {"core", ""},
    "config": {"core", "settings"},
    "service": {"core", "edges", "settings"},
    **{root: {"core", "edges", "languages", "config", "settings", "app", "service", ""} for root in ROOT_ROOMS},
    "demo": {"core", "edges", "languages", "config", "settings", "app", "service", ""},
    "cli": {"core", "edges", "languages", "config", "settings", "app", "daemon", "demo", "service", ""},
    "__main__": {"cli"},
    "": set[str](),
}
# What the pure core must not touch: the world, and the packages that do.
WORLD = {
    "aiohttp", "aiosmtpd", "alembic", "apscheduler", "asyncio", "feedparser", "http", "io", "jinja2", "logging", "os",
    "pathlib", "pydantic", "random", "secrets", "select", "shutil", "signal", "smtplib", "socket", "sqlalchemy",
    "sqlite3", "ssl", "structlog", "subprocess", "sys", "tempfile", "threading", "time", "trafilatura", "typer",
}  # fmt: skip
CALLS = {"open", "input", "print", "exec", "eval", "__import__"}
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("uuid", "uuid4")}


def name_of(path: Path) -> str:
    """The module's dotted name below `monitor`, empty for the package itself."""
    parts = list(path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of each import, those inside functions included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def room(module: str) -> str:
    """core.text.clean -> core; edges.store.window -> edges.store."""
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == "edges" and len(parts) > 1 else parts[0]


def names() -> set[str]:
    return {name_of(p) for p in FILES}


def target(imported: str) -> str | None:
    """The module of ours that an import reaches, or None."""
    if imported != "monitor" and not imported.startswith("monitor."):
        return None
    inner, known = imported.removeprefix("monitor").lstrip("."), names()
    while inner and inner not in known:
        inner = inner.rpartition(".")[0]
    return inner


def breaches() -> Iterator[str]:
    for path in FILES:
        here = name_of(path)
        mine = room(here)
        allowed = ALLOWED[mine.split(".")[0]]
        for line, imported in imports(path):
            there = target(imported)
            if there is None or room(there) == mine:
                continue
            kind = room(there).split(".")[0]
            edge_to_edge = kind == "edges" and mine.startswith("edges") and there != "edges"
            if edge_to_edge or not (kind in allowed or there in allowed or kind == mine.split(".")[0]):
                yield f"monitor/{here.replace('.', '/')}.py:{line} imports {imported}"


def test_imports_go_one_way() -> None:
    """cli -> app -> service -> edges -> core; edges do not import one another."""
    assert list(breaches()) == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Every module can be understood after the ones it imports, imports for types included."""
    graph = {name_of(p): {t for _, i in imports(p) if (t := target(i)) is not None} - {name_of(p)} for p in FILES}
    while free := [module for module, needed in graph.items() if not needed]:
        for module in free:
            del graph[module]
        graph = {module: needed.difference(free) for module, needed in graph.items()}
    assert sorted(graph) == []


def test_core_is_pure() -> None:
    """Nothing in core imports what does input or output, reads a clock or rolls dice, nor calls it."""
    found = []
    for path in (p for p in FILES if name_of(p).startswith("core")):
        for line, imported in imports(path):
            if imported.split(".")[0] in WORLD:
                found.append(f"{path.name}:{line} imports {imported}")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
                found.append(f"{path.name}:{node.lineno} calls {node.func.id}")
            names_of = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
            if names_of and ((node.value.id, node.attr) in CLOCKS or node.value.id == "random"):
                found.append(f"{path.name}:{node.lineno} uses {node.value.id}.{node.attr}")
    assert found == []


def test_clocks_are_read_aware() -> None:
    """`datetime.now()` without a time zone appears nowhere."""
    found = []
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                naive = node.func.attr == "utcnow" or (node.func.attr == "now" and not node.args and not node.keywords)
                if naive and isinstance(node.func.value, ast.Name) and node.func.value.id == "datetime":
                    found.append(f"{path.name}:{node.lineno}")
    assert found == []


def test_every_module_is_used() -> None:
    """A module that nothing reaches from the commands is dead."""
    graph: dict[str, set[str]] = defaultdict(set)
    for path in FILES:
        for _, imported in imports(path):
            if (there := target(imported)) is not None:
                graph[name_of(path)].add(there)
    # Loaded by name: Alembic's scripts, the page workers' entry.
    starts = {"__main__", "cli", *(n for n in names() if n.startswith("edges.store.migrations"))}
    seen: set[str] = set()
    while starts:
        module = starts.pop()
        if module in seen:
            continue
        seen.add(module)
        parents = {module.rpartition(".")[0]} if "." in module else set()
        starts |= (graph[module] | parents) - seen
    assert sorted(names() - seen - {""}) == []


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_modules_are_small(path: Path) -> None:
    """A module past some 400 lines is split (500 at the very most)."""
    assert len(path.read_text(encoding="utf8").splitlines()) <= 500
