"""The report page as a reader has it: in Chromium, wide and narrow, light and dark, French and English.

ECHOWIRE_SCREENSHOTS=FOLDER keeps photographs of what was looked at.
"""

import html
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from monitor.cli import main
from monitor.core.report import report_view
from monitor.demo.newsroom import load
from monitor.demo.server import Newsroom, Server
from monitor.edges.render.html import render_html
from monitor.service.intake import utc_now
from tests.records import NOW, all_stories, hostile
from tests.slow.browser.chromium import Browser

ROOT = Path(__file__).parents[3]
SHOWN = os.environ.get("ECHOWIRE_SCREENSHOTS")
LANGUAGES = pytest.mark.parametrize("language", ["en", "fr"])
SCREENS = pytest.mark.parametrize(
    ("width", "height", "scheme"),
    [(1280, 900, "light"), (1280, 900, "dark"), (375, 812, "light"), (375, 812, "dark"), (320, 568, "light")],
)

# Elements that reach beyond the window, or whose own content is cut off.
_BEYOND = """
const wide = document.documentElement.clientWidth + 0.5;
return [...document.body.querySelectorAll("*")]
  .filter(e => !e.closest("svg") && e.getClientRects().length)
  .filter(e => e.getBoundingClientRect().right > wide || e.getBoundingClientRect().left < -0.5)
  .map(e => e.tagName + "." + e.className + ": " + e.textContent.trim().slice(0, 60));
"""

# Contrast of each piece of text with what is behind it (WCAG 2.1, 1.4.3), where it is under 4.5.
_FAINT = """
const light = c => { const [r, g, b] = c.map(v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
                     return .2126 * r + .7152 * g + .0722 * b; };
const parse = c => c.match(/[0-9.]+/g).map(Number);
const over = (top, under) => [0, 1, 2].map(i => top[i] * top[3] + under[i] * (1 - top[3]));
const behind = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor);
                      if (c.length < 4 || c[3] > 0) return c.slice(0, 3); } return [255, 255, 255]; };
const opacity = e => { let o = 1; for (; e; e = e.parentElement) o *= +getComputedStyle(e).opacity; return o; };
const found = {};
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let n; n = walk.nextNode();) {
  const e = n.parentElement, style = getComputedStyle(e);
  if (!n.data.trim() || n.data.trim() === "·" || !e.getClientRects().length) continue;
  const back = behind(e), ink = parse(e.closest("svg") ? style.fill : style.color);
  const seen = over([...ink.slice(0, 3), (ink[3] ?? 1) * opacity(e)], back);
  const [a, b] = [light(seen), light(back)].sort((x, y) => y - x), ratio = (a + .05) / (b + .05);
  if (ratio < 4.5) found[e.tagName + "." + (e.getAttribute("class") || "")] = Math.round(ratio * 100) / 100;
}
return found;
"""


@dataclass(frozen=True)
class Played:
    """The demo's stories, replayed: the settings, and a page in each language."""

    settings: Path
    pages: dict[str, Path]
    newsroom: str  # where the articles of the demo can be read


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    home = tmp_path_factory.mktemp("played")
    news = load(utc_now() - timedelta(minutes=1))
    newsroom = Newsroom(news, 1e9)
    newsroom.polled()
    with Server(newsroom) as server:
        archive = home / "articles.jsonl"
        rows = (
            {"id": a.id, "source": a.outlet.name, "url": server.base + a.path, "published": a.published.isoformat(),
             "language": a.outlet.language, "title": a.title, "text": a.text}
            for a in news.articles
        )  # fmt: skip
        archive.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf8")
        settings = home / "monitor.toml"
        settings.write_text('state = "state"\n[report]\nsince = "7 d"\n[serve]\nport = 0\n', encoding="utf8")
        assert main(["--config", str(settings), "replay", str(archive)]) == 0
        pages = {}
        for language in ("en", "fr"):
            pages[language] = home / f"report.{language}.html"
            report = ["report", "--since", "7d", "--format", "html", "--language", language]
            assert main(["--config", str(settings), *report, "-o", str(pages[language])]) == 0
        newsroom.polled()
        yield Played(settings, pages, server.base)


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def browser(window: Browser) -> Browser:
    """The window, as it is at first, with nothing to complain of."""
    window.scripts_allowed(True)
    window.screen(1280, 900)
    window.open("about:blank")
    window.complaints()
    window.requests()
    return window


def open_all(browser: Browser) -> None:
    """Open every detail of the page."""
    browser.script("document.querySelectorAll('details').forEach(d => { d.open = true; });")


def photograph(browser: Browser, name: str, height: int | None = None) -> None:
    if SHOWN:
        browser.photograph(Path(SHOWN) / f"{name}.png", height)


@LANGUAGES
@SCREENS
def test_it_fits_and_can_be_read(
    browser: Browser, played: Played, language: str, width: int, height: int, scheme: str
) -> None:
    """Nothing reaches beyond the window, closed or open, and all text stands out from what is behind it."""
    browser.screen(width, height, scheme)
    browser.open(played.pages[language].as_uri())
    assert browser.script("return document.documentElement.lang;") == language
    photograph(browser, f"{language}-{width}-{scheme}", 6000)
    for _ in range(2):
        assert browser.width() <= width
        assert browser.script(_BEYOND) == []
        assert browser.script(_FAINT) == {}
        open_all(browser)
    photograph(browser, f"{language}-{width}-{scheme}-open", 9000)
    dark = browser.script(
        "return getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g).map(Number)[0] < 128;"
    )
    assert dark == (scheme == "dark")


@LANGUAGES
def test_it_asks_nobody_for_anything(browser: Browser, played: Played, language: str) -> None:
    """Only the file itself is loaded; the console is silent: the policy stops nothing of ours."""
    page = played.pages[language].as_uri()
    browser.open(page)
    open_all(browser)
    assert browser.width() == 1280
    assert browser.requests() == [page]
    assert browser.complaints() == []


def test_the_policy_stops_what_is_not_ours(browser: Browser, played: Played, tmp_path: Path) -> None:
    """A script, an image and a style that got into the page would not run, load or show: the browser says so."""
    text = played.pages["en"].read_text(encoding="utf8")
    evil = (
        "<script>document.title = 'owned'</script><b id=b style='color: rgb(1, 2, 3)' onclick=x()>b</b>"
        f"<img src='{played.newsroom}/x.png' onerror=\"document.title = 'owned'\">"
    )
    page = tmp_path / "evil.html"
    page.write_text(text.replace("<main>", f"<main>{evil}"), encoding="utf8")
    browser.open(page.as_uri())
    assert browser.script("return document.title;") != "owned"
    assert browser.script("return getComputedStyle(document.getElementById('b')).color;") != "rgb(1, 2, 3)"
    stopped = [line for line in browser.complaints() if "Content Security Policy" in line]
    for kind in ("inline script", "inline style", "inline event handler", "x.png"):
        assert any(kind in line for line in stopped), "\n".join(stopped)


def test_links_lead_where_they_say(browser: Browser, played: Played) -> None:
    """Each entry of the contents leads to its story on the page; an outlet's link opens the article it names."""
    browser.open(played.pages["en"].as_uri())
    inside = browser.script("return [...document.querySelectorAll('nav a')].map(a => a.getAttribute('href'));")
    assert len(inside) >= 10
    assert browser.script("return arguments[0].filter(h => !document.querySelector('article' + h));", inside) == []
    browser.click(f"nav a[href='{inside[-1]}']")
    assert urlsplit(browser.url).fragment == inside[-1][1:]
    top = browser.script("return document.querySelector(arguments[0]).getBoundingClientRect().top;", inside[-1])
    assert -1 <= top < 900

    outside = browser.script("return [...document.querySelectorAll('main a')].map(a => [a.href, a.rel]);")
    assert len({address for address, _ in outside}) > 60
    assert {rel for _, rel in outside} == {"noopener noreferrer nofollow"}
    assert {address for address, _ in outside if not address.startswith(played.newsroom + "/")} == set()
    link = "article li.founder .what a"
    title = browser.script("return document.querySelector(arguments[0]).textContent;", link)
    browser.click(link)
    assert browser.script("return document.querySelector('h1').textContent;") == title
    assert browser.script("return document.referrer;") == ""


def test_details_open_with_the_keyboard(browser: Browser, played: Played) -> None:
    """Tab comes to every claim, with a mark that is seen; Enter opens it and the space bar closes it."""
    browser.open(played.pages["en"].as_uri())
    browser.script("document.querySelector('details.claim > summary').scrollIntoView();")
    for _ in range(300):
        browser.press("Tab")
        if browser.script("return document.activeElement.matches('details.claim > summary');"):
            break
    focused = "const s = document.activeElement, d = s.parentElement; "
    ring = browser.script(
        focused + "const c = getComputedStyle(s); return [c.outlineStyle, parseFloat(c.outlineWidth)];"
    )
    assert ring[0] != "none"
    assert ring[1] >= 1
    hidden = focused + "return [d.open, d.querySelector('ul').checkVisibility()];"
    assert browser.script(hidden) == [False, False]
    browser.press("Enter")
    assert browser.script(hidden) == [True, True]
    photograph(browser, "claim-open-by-keyboard", 3000)
    browser.press("Space")
    assert browser.script(hidden) == [False, False]


def test_it_works_without_scripts(browser: Browser, played: Played) -> None:
    """In a browser that runs no script a click opens a claim and all text is there."""
    browser.scripts_allowed(False)
    browser.open(played.pages["fr"].as_uri())
    (before,) = browser.html(["details.claim"])
    assert before.startswith('<details class="claim">')
    browser.click("details.claim > summary")
    (after,) = browser.html(["details.claim"])
    assert after.startswith('<details class="claim" open="">')
    (body,) = browser.html(["body"])
    assert "Stella Maris" in body
    assert browser.width() == 1280


@SCREENS
def test_hostile_words_are_shown_as_words(
    browser: Browser, tmp_path: Path, width: int, height: int, scheme: str
) -> None:
    """Tags in titles, claims and names are text, nothing of them runs, and no word is long enough to break the page."""
    page = tmp_path / "hostile.html"
    text = render_html(report_view([*all_stories(), hostile()], None, NOW), "en")
    text = text.replace("+1 {{ 7 * 7 }}", html.escape("+1 {{ 7 * 7 }} " + "W" * 400))
    page.write_text(text, encoding="utf8")
    browser.screen(width, height, scheme)
    browser.open(page.as_uri())
    open_all(browser)
    seen = browser.script("return document.body.innerText;")
    for words in (
        "<script>alert(1)</script>",
        "{{ 7 * 7 }}",
        "<img src=x onerror=alert(1)>",
        "<b>Bold</b>",
        "</style>",
    ):
        assert words in seen
    assert browser.script("return document.querySelectorAll('script, img').length;") == 0
    assert browser.script("return [...document.links].filter(a => !/^(https?|file):/.test(a.href)).length;") == 0
    assert browser.width() <= width
    assert browser.script(_BEYOND) == []
    assert browser.requests() == [page.as_uri()]
    assert browser.complaints() == []
    photograph(browser, f"hostile-{width}-{scheme}", 6000)


def test_serve_shows_it(browser: Browser, played: Played) -> None:
    """`echowire serve` gives the same page over HTTP: no other request than to itself, nothing on the console."""
    command = [sys.executable, "-m", "monitor", "--config", str(played.settings), "serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        try:
            address = process.stdout.readline().split()[4]
            browser.open(address)
            assert "Stella Maris" in browser.script("return document.body.innerText;")
            assert browser.width() == 1280
            assert {urlsplit(u).netloc for u in browser.requests()} == {urlsplit(address).netloc}
            assert browser.complaints() == []
        finally:
            process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
