"""systemd/echowire.service under a real systemd: it starts, reloads, stops and comes back as the unit promises."""

import stat
import threading
import time
from pathlib import Path

from tests.newsstand import Newsstand
from tests.slow.systemd.conftest import PASSWORD, USER, Mailbox, all_filed, drop_in, settings, start
from tests.slow.systemd.machine import UNIT, Machine, until

EXPOSURE = 15  # in tenths: what `systemd-analyze security` may find at most
SUDDEN = "RestartSec=200ms\n"  # ten seconds are kind to a machine, and long in a test


def events(machine: Machine, name: str) -> list[dict[str, object]]:
    """What the service logged under this name."""
    return [
        row["event"] | {"priority": row["PRIORITY"]} for row in machine.journal() if row["event"].get("event") == name
    ]


def restarted(machine: Machine) -> bool:
    """Whether it died once and is up again."""
    return machine.show("NRestarts", "ActiveState") == {"NRestarts": "1", "ActiveState": "active"}


def main_pid(machine: Machine) -> str:
    return machine.show("MainPID")["MainPID"]


def test_the_unit_is_clean(booted: Machine) -> None:
    """systemd finds nothing to remark on in the unit, and little that it may do without need."""
    verified = booted.call("systemd-analyze", "verify", "--man=no", f"/etc/systemd/system/{UNIT}")
    assert (verified.returncode, verified.stdout + verified.stderr) == (0, "")
    judged = booted.call("systemd-analyze", "security", "--no-pager", f"--threshold={EXPOSURE}", UNIT)
    assert judged.returncode == 0, judged.stdout[-1000:]


def test_it_starts_polls_and_reports(machine: Machine, stand: Newsstand) -> None:
    """It says that it is ready, as a user that exists only now; files every article and writes the report."""
    start(machine)
    state = machine.show("ActiveState", "SubState", "StatusText", "MainPID")
    assert (state["ActiveState"], state["SubState"]) == ("active", "running")
    assert state["StatusText"] == "following 4 feeds; the report is /var/lib/echowire/report.html"
    all_filed(machine, stand)
    assert sorted(a["url"].rpartition("/")[2] for a in machine.articles()) == sorted(f"{n}.html" for n in stand.out)

    folder = machine.root / "var/lib/private/echowire"  # where DynamicUser keeps the StateDirectory
    report = folder / "report.html"
    until("the report tells of them", lambda: "Brévent adopte son plan vélo" in report.read_text(encoding="utf8"))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o750
    owner = folder.stat().st_uid
    assert 61184 <= owner <= 65519  # systemd's dynamic users
    assert {f.stat().st_uid for f in folder.iterdir()} == {owner}
    assert {stat.S_IMODE(f.stat().st_mode) & 0o027 for f in folder.iterdir()} == {0}
    assert str(owner) not in (machine.root / "etc/passwd").read_text(encoding="utf8")

    status = machine.call("cat", f"/proc/{state['MainPID']}/status").stdout
    facts = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert facts["Uid"].split() == [str(owner)] * 4
    assert int(facts["CapEff"], 16) == int(facts["CapBnd"], 16) == 0
    assert (facts["NoNewPrivs"], facts["Seccomp"]) == ("1", "2")


def test_the_journal_knows_how_grave_a_line_is(machine: Machine, stand: Newsstand) -> None:
    """Lines are JSON with a priority of their own: `journalctl -p warning` shows the failing feed and nothing else."""
    path = stand.feed_url("La Gazette").removeprefix(stand.base)
    stand.answers[path] = (500, "text/plain", b"")
    start(machine)
    until("the failure is told", lambda: [e for e in events(machine, "poll") if e.get("problem")])
    until("the others are told", lambda: len([e for e in events(machine, "poll") if e["status"] == "fresh"]) >= 3)
    told = machine.journal("--identifier=echowire")
    assert {row["event"]["level"]: row["PRIORITY"] for row in told} == {"info": "6", "warning": "4"}
    grave = machine.journal("--identifier=echowire", "--priority=warning")
    assert {row["event"]["feed"] for row in grave} == {stand.base + path}


def test_a_reload_takes_up_what_is_right_and_refuses_what_is_wrong(
    machine: Machine, stand: Newsstand, mailbox: Mailbox
) -> None:
    """`systemctl reload` brings in a new feed without a restart; broken settings are refused, and it goes on."""
    start(machine)
    pid = main_pid(machine)
    all_filed(machine, stand)
    stand.answers["/feeds/added"] = stand.answer(stand.feed_url("La Gazette").removeprefix(stand.base))
    settings(machine, stand, mailbox, f'[[feed]]\nurl = "{stand.base}/feeds/added"\noutlet = "Ajout"\n')
    assert machine.call("systemctl", "reload", UNIT).returncode == 0
    until("the reload is told", lambda: events(machine, "reload"))
    assert [(e["feeds"], e["priority"]) for e in events(machine, "reload")] == [(5, "6")]
    until("the new feed is asked for", lambda: "/feeds/added" in stand.asked)

    machine.write("/etc/echowire/monitor.toml", "[fetch]\ngap = 'soon'\n")
    assert machine.call("systemctl", "reload", UNIT).returncode == 0
    until("the refusal is told", lambda: len(events(machine, "reload")) == 2)
    refused = events(machine, "reload")[1]
    assert refused["priority"] == "3"
    assert "/etc/echowire/monitor.toml: fetch.gap: expected a duration" in str(refused["problem"])
    assert machine.show("StatusText")["StatusText"].startswith("reload refused: ")
    asked = len(stand.asked)
    until("the old feeds are still polled", lambda: "/feeds/added" in stand.asked[asked:])
    assert machine.show("ActiveState", "MainPID") == {"ActiveState": "active", "MainPID": pid}


def test_the_watchdog_hears_from_a_daemon_that_works_and_restarts_one_that_hangs(
    machine: Machine, stand: Newsstand
) -> None:
    """It lives far longer than the watchdog's span while it works; one that stands still is killed and started anew."""
    drop_in(machine, "WatchdogSec=8s\n" + SUDDEN)
    start(machine)
    pid = main_pid(machine)
    all_filed(machine, stand)
    since = time.monotonic()
    until("two spans of the watchdog are over", lambda: time.monotonic() - since > 18)
    assert machine.show("NRestarts", "MainPID") == {"NRestarts": "0", "MainPID": pid}
    machine.call("systemctl", "kill", "--kill-who=main", "--signal=STOP", UNIT)
    until("it is started anew", lambda: restarted(machine))
    assert any("Watchdog timeout" in row["MESSAGE"] for row in machine.journal())
    assert main_pid(machine) != pid


def test_it_stops_in_time_and_goes_on_where_it_was(machine: Machine, stand: Newsstand) -> None:
    """A stop in the middle of slow pages is clean and quick; the next start files the rest and repeats nothing."""
    stand.out -= {"velo-1", "dyke-1"}
    start(machine)
    all_filed(machine, stand)
    before = machine.articles()
    stand.slow = threading.Event()
    stand.out |= {"velo-1", "dyke-1"}
    until("slow pages are asked for", lambda: any("velo-1" in p for p in stand.asked))
    began = time.monotonic()
    assert machine.call("systemctl", "stop", UNIT).returncode == 0
    assert time.monotonic() - began < 10  # under 5 on an idle machine; 15 is when systemd kills
    assert machine.show("Result", "ExecMainStatus", "ActiveState") == {
        "Result": "success", "ExecMainStatus": "0", "ActiveState": "inactive"
    }  # fmt: skip
    assert [e["priority"] for e in events(machine, "stopped")] == ["6"]

    stand.slow.set()
    asked = len(stand.asked)
    start(machine)
    all_filed(machine, stand)
    after = machine.articles()
    assert [a["id"] for a in after if a["id"] in {b["id"] for b in before}] == [b["id"] for b in before]
    assert len(after) == 5
    read_again = {Path(p).stem for p in stand.asked[asked:] if p.endswith(".html")}
    assert read_again == {"velo-1", "dyke-1"}


def test_a_kill_loses_nothing_and_tells_nothing_twice(machine: Machine, stand: Newsstand, mailbox: Mailbox) -> None:
    """Killed in the middle of a poll it comes back by itself; each article is filed once and mailed about once."""
    drop_in(machine, SUDDEN)
    stand.out -= {"velo-1", "dyke-1"}
    start(machine)
    all_filed(machine, stand)
    until("the first mail is out", lambda: mailbox.messages)
    stand.slow = threading.Event()
    stand.out |= {"velo-1", "dyke-1"}
    until("slow pages are asked for", lambda: any("velo-1" in p for p in stand.asked))
    machine.call("systemctl", "kill", "--kill-who=main", "--signal=KILL", UNIT)
    stand.slow.set()
    until("it is back", lambda: restarted(machine))
    all_filed(machine, stand)
    urls = [a["url"] for a in machine.articles()]
    assert len(urls) == len(set(urls)) == 5
    until("the news is mailed", lambda: any("plan vélo" in text(m) for m in mailbox.messages))
    keys = [m["Message-ID"] for m in mailbox.messages]
    assert len(keys) == len(set(keys))
    assert len([m for m in mailbox.messages if "38 kilomètres" in text(m)]) == 1


def test_the_password_comes_as_a_credential(machine: Machine, stand: Newsstand, mailbox: Mailbox) -> None:
    """The mail password reaches the daemon though only root may read its file, and it stays out of all else."""
    secret = machine.root / "etc/echowire/smtp-password"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    start(machine)
    until("a mail is out", lambda: mailbox.messages)
    assert set(mailbox.logins) == {(USER, PASSWORD)}
    assert PASSWORD not in machine.call("journalctl", "--no-pager").stdout
    assert PASSWORD not in machine.call("cat", f"/proc/{main_pid(machine)}/environ").stdout
    kept = [f.read_bytes() for f in (machine.root / "var/lib/private/echowire").iterdir() if f.is_file()]
    assert not any(PASSWORD.encode() in body for body in kept)


def test_a_wrong_setting_is_told_and_not_tried_again(machine: Machine) -> None:
    """With settings that cannot be used the start fails with exit code 2 and one line, and there it rests."""
    machine.write("/etc/echowire/monitor.toml", "[fetch]\ngap = 'soon'\n")
    drop_in(machine, SUDDEN)
    assert machine.call("systemctl", "start", UNIT).returncode != 0
    assert machine.show("ActiveState", "ExecMainStatus", "NRestarts") == {
        "ActiveState": "failed", "ExecMainStatus": "2", "NRestarts": "0"
    }  # fmt: skip
    told = [row["MESSAGE"] for row in machine.journal("--identifier=echowire")]
    assert len(told) == 1
    assert told[0].startswith("echowire: /etc/echowire/monitor.toml: fetch.gap: expected a duration")


def text(message: object) -> str:
    """All text of a mail."""
    parts = message.walk()  # type: ignore[attr-defined]
    return "\n".join(
        (p.get_payload(decode=True) or b"").decode("utf8", "replace")
        for p in parts
        if p.get_content_maintype() == "text"
    )
