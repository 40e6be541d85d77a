"""A loopback newsroom for tests: a handful of articles of our own hand, as feeds and pages that may misbehave.

Runs in a thread, so that commands and daemons in other processes can be sent there.
"""

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

START = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=6)


@dataclass(frozen=True)
class Piece:
    """An article of the newsroom. `after` is minutes after the first."""

    id: str
    outlet: str
    title: str
    text: str
    after: int
    language: str = "fr"

    @property
    def published(self) -> datetime:
        return START + timedelta(minutes=self.after)


_WIRE = """\
SAINT-ARMEL, 3 mars 2026 (AFP) - Une digue s'est rompue dans la nuit de lundi à mardi à Saint-Armel, inondant 120 \
maisons et coupant la route départementale 14, a annoncé la préfecture.
Quelque 340 habitants ont été évacués vers le gymnase de la commune voisine de Kermadec, selon la même source. Aucun \
blessé n'est à déplorer.
"L'eau est montée de deux mètres en moins d'une heure", a raconté à l'AFP la maire, Solène Guyader.
La digue, construite en 1962, devait être renforcée à l'automne pour 4,2 millions d'euros, a précisé le syndicat de la \
Vilaine aval."""
_REWRITE = """\
À Saint-Armel, 120 maisons ont les pieds dans l'eau depuis la rupture d'une digue, survenue dans la nuit. La \
préfecture a fait évacuer 340 personnes, accueillies dans un gymnase de Kermadec.
La maire Solène Guyader décrit une montée des eaux de deux mètres en moins d'une heure. L'ouvrage datait de 1962 et \
des travaux de 4,2 millions d'euros étaient prévus à l'automne.
Selon nos informations, un rapport d'expertise remis en janvier jugeait la digue "au bord de la rupture"."""
_OTHER = """\
Le conseil municipal de Brévent a adopté lundi soir le plan vélo, qui prévoit 38 kilomètres de pistes d'ici à 2029. Le \
texte a été voté par 31 voix contre 8.
Le maire, Antoine Delorme, a promis que les premiers travaux commenceraient avenue des Tilleuls dès le mois de mai. \
Les commerçants de l'avenue demandent des garanties sur le stationnement."""
_ENGLISH = """\
A dyke burst overnight at Saint-Armel in western France, flooding 120 homes and forcing 340 people to leave, the \
prefecture said on Tuesday.
Mayor Solene Guyader told AFP that the water rose two metres in less than an hour. Nobody was hurt.
The dyke was built in 1962 and was to be strengthened this autumn at a cost of 4.2 million euros."""

PIECES = (
    Piece("digue-1", "Fil de l'Ouest", "Une digue rompt à Saint-Armel, 120 maisons inondées", _WIRE, 0),
    Piece("digue-2", "La Gazette", "Rupture d'une digue à Saint-Armel : 120 maisons inondées", _WIRE, 12),
    Piece("digue-3", "Le Courant", "Saint-Armel sous les eaux après la rupture de la digue", _REWRITE, 55),
    Piece("velo-1", "La Gazette", "Brévent adopte son plan vélo", _OTHER, 70),
    Piece("dyke-1", "Harbour Post", "Dyke burst floods 120 homes in western France", _ENGLISH, 90, "en"),
)


@dataclass
class Newsstand:
    """`with Newsstand() as stand`: feeds at `/feeds/OUTLET`, pages at `/OUTLET/ID.html`.

    `answers[path] = (status, content type, body)` overrides, `once[path]` the next answer only; `out` says which
    pieces are out yet.
    """

    pieces: tuple[Piece, ...] = PIECES
    out: set[str] = field(default_factory=lambda: {p.id for p in PIECES})
    answers: dict[str, tuple[int, str, bytes]] = field(default_factory=dict)
    once: dict[str, tuple[int, str, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    slow: threading.Event | None = None  # pages wait for it

    def __enter__(self) -> Self:
        stand = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                pass

            def do_GET(self) -> None:
                stand.asked.append(self.path)
                if stand.slow is not None and self.path.endswith(".html"):
                    stand.slow.wait(20)
                status, kind, body = stand.answer(self.path)
                try:
                    self.send_response(status)
                    self.send_header("Content-Type", kind)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except ConnectionError:
                    pass  # the client has gone

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, e: BaseException | None, at: TracebackType | None) -> None:
        if self.slow is not None:
            self.slow.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    @property
    def outlets(self) -> list[str]:
        return sorted({p.outlet for p in self.pieces})

    def feed_url(self, outlet: str) -> str:
        return f"{self.base}/feeds/{slug(outlet)}"

    def answer(self, path: str) -> tuple[int, str, bytes]:
        if path in self.once:
            return self.once.pop(path)
        if path in self.answers:
            return self.answers[path]
        for outlet in self.outlets:
            if path == f"/feeds/{slug(outlet)}":
                return 200, "application/rss+xml", self._feed(outlet)
        for p in self.pieces:
            if path == f"/{slug(p.outlet)}/{p.id}.html" and p.id in self.out:
                return 200, "text/html; charset=utf-8", _page(p)
        return 404, "text/plain", b"no such page"

    def page(self, name: str) -> tuple[int, str, bytes]:
        """The page of a piece, whether it is out or not."""
        return 200, "text/html; charset=utf-8", _page(next(p for p in self.pieces if p.id == name))

    def _feed(self, outlet: str) -> bytes:
        items = "".join(
            f"<item><title>{escape(p.title)}</title><link>{self.base}/{slug(outlet)}/{p.id}.html</link>"
            f"<guid isPermaLink='false'>{p.id}</guid><pubDate>{format_datetime(p.published)}</pubDate>"
            f"<description>{escape(' '.join(p.text.split()[:20]))}…</description></item>"
            for p in self.pieces
            if p.outlet == outlet and p.id in self.out
        )
        head = f"<title>{escape(outlet)}</title><link>{self.base}/</link><description>x</description>"
        return f"<?xml version='1.0'?><rss version='2.0'><channel>{head}{items}</channel></rss>".encode()

    def settings(self, folder: Path, more: str = "", outlets: list[str] | None = None) -> Path:
        """A settings file that follows these outlets, with `more` at its end."""
        feeds = "".join(f'[[feed]]\nurl = "{self.feed_url(o)}"\noutlet = "{o}"\n' for o in (outlets or self.outlets))
        path = folder / "monitor.toml"
        path.write_text(f'state = "state"\n{feeds}\n{more}', encoding="utf8")
        return path


def slug(name: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in name.lower())


def _page(p: Piece) -> bytes:
    paragraphs = "".join(f"<p>{escape(line)}</p>\n" for line in p.text.split("\n"))
    return (
        f"<!doctype html><html lang='{p.language}'><head><title>{escape(p.title)} | {escape(p.outlet)}</title></head>"
        f"<body><nav><a href='/'>Accueil</a> <a href='/abo'>S'abonner</a></nav><article><h1>{escape(p.title)}</h1>\n"
        f"{paragraphs}</article><footer>Mentions légales</footer></body></html>"
    ).encode()
