"""Miniature stories of our own hand, and what reads and places them. Every name, place and figure is invented."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.core.matching.place import MatchSettings, fingerprint_document, place
from monitor.core.model import Judgement, Reading, Submission
from monitor.core.text.clean import clean
from monitor.languages import pack, resource
from tests.memory import MemoryWindow

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
SETTINGS = MatchSettings.load(resource)

BRIDGE = (
    "OSTRAVELLE, 4 mai 2026 (AFP) - Le pont suspendu de Corvaz, en Haute-Lerne, s'est effondré lundi matin au passage "
    "d'un convoi de betteraves, faisant quatre morts et 17 blessés, a annoncé la préfète Maud Tessarin.\n\n"
    "L'ouvrage, construit en 1931, avait été inspecté en février par le cabinet Orbis, qui avait relevé 23 fissures "
    "sur le pylône nord, selon un rapport consulté par l'AFP.\n\n"
    '"Nous avions demandé une limitation à 12 tonnes, elle n\'est jamais venue", a déclaré le maire de Corvaz, Anselme '
    "Quirin, devant les câbles rompus.\n\n"
    "Une information judiciaire a été ouverte à Ostravelle et la circulation est déviée par le pont de Mérigneux, à 38 "
    "kilomètres en aval.\n\n"
    "Les plongeurs de la gendarmerie cherchaient encore deux passagers d'une camionnette tombée dans la Lerne, dont le "
    "débit gêne les recherches, a précisé le colonel Fabrice Onteniente."
)
BRIDGE_TRIMMED = "\n\n".join(BRIDGE.split("\n\n")[:3]) + "\n\nLire aussi : Nos ponts sont-ils sûrs ?"
BRIDGE_REWRITTEN = (
    "Quatre personnes sont mortes lundi à Corvaz quand le vieux pont suspendu au-dessus de la Lerne a cédé sous un "
    "camion chargé de betteraves.\n\n"
    "On compte dix-sept blessés d'après la préfète de Haute-Lerne, Maud Tessarin, et deux occupants d'une camionnette "
    "n'ont pas été retrouvés.\n\n"
    "Le cabinet Orbis, chargé de l'inspection en février, avait pourtant compté 23 fissures dans le pylône nord. "
    "Anselme Quirin, qui dirige la commune, réclamait que les véhicules de plus de 12 tonnes soient interdits.\n\n"
    "La justice a ouvert une enquête à Ostravelle. Les automobilistes doivent passer par Mérigneux."
)
BRIDGE_ENGLISH = (
    "Four people were killed when the Corvaz suspension bridge in eastern France's Haute-Lerne region collapsed under "
    "a truck loaded with beets on Monday, prefect Maud Tessarin said.\n\n"
    "Seventeen people were injured and two passengers of a van that fell into the Lerne river were missing.\n\n"
    "An inspection by the Orbis firm in February had found 23 cracks in the northern pylon. Corvaz mayor Anselme "
    "Quirin said he had asked for a limit of 12 tonnes that never came.\n\n"
    "Traffic is being diverted through Merigneux, and prosecutors in Ostravelle have opened an investigation."
)
OTHER_BRIDGE = (
    "VALDORIENT, 6 mai 2026 (AFP) - Le pont ferroviaire de Trémazan, dans le Bas-Iroul, a été fermé mercredi matin au "
    "passage des trains de marchandises après la découverte de 9 fissures, a annoncé le préfet Hugues Lanvaux.\n\n"
    "L'ouvrage, construit en 1958, avait été inspecté en mars par le bureau Cadelis, selon un rapport consulté par "
    "l'AFP.\n\n"
    '"Nous préférons fermer une ligne que compter des victimes", a déclaré la maire de Trémazan, Solveig Armorin.\n\n'
    "Lundi, l'effondrement d'un pont suspendu avait fait quatre morts en Haute-Lerne."
)
STRIKE = (
    "Les dockers du port de Sainte-Barbe ont voté mardi la reprise du travail après neuf jours de grève, par 412 voix "
    "contre 87, selon leur syndicat.\n\n"
    "L'accord signé avec l'armateur Nordhavn prévoit 150 embauches et une prime de 900 euros.\n\n"
    "Onze navires attendaient encore au large mardi soir, a indiqué la capitainerie."
)


def article(key: str, text: str, title: str = "", outlet: str | None = None, hours: float = 0.0) -> Submission:
    """A submission of its own outlet, so many hours after noon."""
    when = NOON + timedelta(hours=hours)
    return Submission(key, outlet or f"Gazette {key}", title, text, first_seen=when, published=when)


def read(s: Submission, language: str = "fr") -> Reading:
    document = clean(s.text, s.title, pack(language), language, s.when)
    fingerprint, view = fingerprint_document(document, s, pack(language), SETTINGS)
    return Reading(s, document, fingerprint, view, (), tuple(dict.fromkeys(c.agency for c in document.credits)))


def placed(readings: Iterable[Reading], window: MemoryWindow | None = None) -> dict[str, Judgement]:
    """Place these articles one after the other, in the order given."""
    window = window or MemoryWindow()
    out = {}
    for r in readings:
        placement, events = place(r, window, SETTINGS, window.find(r.submission.key))
        out[r.submission.key] = Judgement(r, placement, (), events)
        window.record(out[r.submission.key])
    return out


def bridge() -> list[Reading]:
    """A dispatch with a trim, a rewrite and an English version, and a look-alike, in order of time."""
    return [
        read(article("wire", BRIDGE, "Effondrement du pont de Corvaz: quatre morts", "AFP")),
        read(article("trim", BRIDGE_TRIMMED, "Un pont s'effondre en Haute-Lerne", hours=0.3)),
        read(article("rewrite", BRIDGE_REWRITTEN, "Corvaz : le pont cède sous un camion, quatre morts", hours=2)),
        read(article("english", BRIDGE_ENGLISH, "Four dead as Corvaz bridge collapses in France", hours=3), "en"),
        read(article("other", OTHER_BRIDGE, "Des fissures ferment le pont de Trémazan", "AFP", hours=44)),
        read(article("strike", STRIKE, "Sainte-Barbe : les dockers reprennent le travail", hours=30)),
    ]


def later(r: Reading, key: str, hours: float, outlet: str | None = None) -> Reading:
    """The same text under another key, so many hours later."""
    s = r.submission
    when = s.when + timedelta(hours=hours)
    moved = replace(s, key=key, outlet=outlet or f"Gazette {key}", first_seen=when, published=when)
    return replace(r, submission=moved)
