"""Golden files: what was looked at once and found right. ECHOWIRE_GOLDEN=write renews them; then look at the diff."""

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "edges" / "golden"


def check_golden(name: str, found: str) -> None:
    """Assert that `found` is what the golden file `name` holds, to the character."""
    path = FOLDER / name
    if os.environ.get("ECHOWIRE_GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(found.encode())
    assert path.read_bytes().decode() == found
