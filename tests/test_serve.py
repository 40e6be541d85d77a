"""`echowire serve`: the report as a page on this machine."""

import json
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

from monitor.cli import main

ROOT = Path(__file__).parent.parent
ARTICLE = {"id": "a1", "source": "La Gazette", "url": "http://x/1", "published": "2026-03-03T08:00:00Z",
           "language": "fr", "title": "Un pont <b>rouvre</b>", "text": "Le pont a rouvert mardi."}  # fmt: skip


def test_the_page_is_served_and_stops_on_ctrl_c(tmp_path: Path) -> None:
    """The page holds what is filed, escaped, with a policy that forbids scripts; SIGINT ends it quietly."""
    settings = tmp_path / "monitor.toml"
    settings.write_text('state = "state"\n[serve]\nport = 0\n[report]\nsince = "20000 d"\n', encoding="utf8")
    archive = tmp_path / "a.jsonl"
    archive.write_text(json.dumps(ARTICLE) + "\n", encoding="utf8")
    assert main(["--config", str(settings), "replay", str(archive)]) == 0
    command = [sys.executable, "-m", "monitor", "--config", str(settings), "serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        url = line.split()[4]
        with urllib.request.urlopen(url, timeout=30) as answer:
            page = answer.read().decode()
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""
    assert "Un pont &lt;b&gt;rouvre&lt;/b&gt;" in page
    assert "<script" not in page
