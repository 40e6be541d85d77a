"""Archive records of four invented stories, made by hand: what reports, mails and exports are tested on.

`make` builds an article from its text: each mention is found in it, so that offsets are true.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from monitor.core.archive import ArticleRecord, MentionRecord, StoryRecord
from monitor.core.model import ClaimFields, Event, Quantity, Reason, Relation, Status

DAY = datetime(2026, 3, 12, tzinfo=UTC)
NOW = datetime(2026, 3, 12, 18, 30, tzinfo=UTC)


def t(hour: int, minute: int = 0, day: int = 0) -> datetime:
    """A time of the invented day."""
    return DAY + timedelta(days=day, hours=hour, minutes=minute)


@dataclass(frozen=True)
class Said:
    """One mention to be made: `first` is the key of the article that had the claim first."""

    claim: str
    text: str
    status: Status = Status.NEW
    reason: Reason = field(default_factory=lambda: Reason("unheard"))
    first: str | None = None
    relation: str | None = None
    speaker: str | None = None
    chain: tuple[str, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    rank: float = 0.7


class Maker:
    """Numbers articles and mentions as a store would."""

    def __init__(self) -> None:
        self.articles = 0
        self.mentions = 0

    def article(
        self,
        story: str,
        key: str,
        outlet: str,
        title: str,
        when: datetime,
        said: Sequence[Said],
        *,
        language: str = "fr",
        relation: Relation = Relation.ORIGINAL,
        of: str | None = None,
        group: str | None = None,
        origin: str | None = None,
        url: str | None = "",
        lag: int = 3,
        reasons: tuple[Reason, ...] = (),
        dated: bool = True,
        text: str | None = None,
    ) -> ArticleRecord:
        self.articles += 1
        body = text if text is not None else "\n".join(s.text for s in said)
        mentions = []
        for s in said:
            self.mentions += 1
            start = body.index(s.text)
            kind = "quote" if s.text.startswith(("«", "“", '"')) else "clause"
            mentions.append(
                MentionRecord(
                    id=self.mentions,
                    claim=s.claim,
                    article=key,
                    story=story,
                    start=start,
                    end=start + len(s.text),
                    text=s.text,
                    kind=kind,
                    status=s.status,
                    reason=s.reason,
                    relation=s.relation,
                    first_article=s.first,
                    rank=s.rank,
                    score=0.8,
                    fields=ClaimFields(speaker=s.speaker, chain=s.chain, quantities=s.quantities),
                )
            )
        found = {m.status for m in mentions}
        return ArticleRecord(
            number=self.articles,
            key=key,
            outlet=outlet,
            title=title,
            language=language,
            url=f"https://{key}.example.org/a" if url == "" else url,
            published=when if dated else None,
            first_seen=when + timedelta(minutes=lag),
            version=1,
            story=story,
            copy_group=group or f"c-{key}",
            derives_from=of,
            relation=relation,
            origin=origin or f"outlet:{outlet}",
            credits=(),
            verdict=next((s for s in Status if s in found), Status.ECHO),
            reasons=reasons,
            text=body,
            mentions=tuple(mentions),
        )


def figure(value: float, unit: str | None = None, bound: str = "", high: float | None = None) -> Quantity:
    return Quantity(value, value if high is None else high, unit, bound)


def same(article: str, outlet: str, hours: float, *words: str, figures: Sequence[str] = ()) -> Reason:
    facts = {"words": list(words), "figures": list(figures), "names": [], "speaker": False, "sure": 0.81}
    return Reason("same-claim", {"article": article, "outlet": outlet, "hours": hours, **facts})


def verbatim(article: str, outlet: str, hours: float) -> Reason:
    return Reason("same-text", {"article": article, "outlet": outlet, "hours": hours})


LINER = "La compagnie Océalis a annoncé jeudi l’arrêt de ses liaisons entre Port-Brévent et les îles d’Arvane."
JOBS = "Quelque 420 salariés sont concernés, selon la direction."
QUOTE = "« Nous n’avions plus d’autre choix », a déclaré le directeur général, Yann Kerdual."


def ferry() -> StoryRecord:
    """A French dispatch with copies, a trim, a rewrite, a translation, an update, a denial and a confirmation."""
    m, s, afp = Maker(), "s-ferry", "agency:AFP"
    base = (
        Said("k-stop", LINER, speaker="Océalis", rank=0.9),
        Said("k-jobs", JOBS, speaker="la direction", quantities=(figure(420, "salari", "about"),), rank=0.8),
        Said("k-quote", QUOTE, speaker="Yann Kerdual", rank=0.6),
    )

    def echoes(hours: float, n: int = 3) -> tuple[Said, ...]:
        return tuple(
            Said(
                b.claim,
                b.text,
                Status.ECHO,
                verbatim("fer-afp", "AFP", hours),
                "fer-afp",
                None,
                b.speaker,
                (),
                b.quantities,
                b.rank,
            )
            for b in base[:n]
        )

    copy = {"relation": Relation.COPY, "of": "fer-afp", "group": "c-fer-afp", "origin": afp}
    title = "Océalis arrête ses liaisons entre Port-Brévent et les îles d’Arvane"
    articles = (
        m.article(s, "fer-afp", "AFP", title, t(7, 12), base, origin=afp, lag=1),
        m.article(s, "fer-gazette", "La Gazette de Brévent", title, t(7, 19), echoes(0.12), **copy),
        m.article(
            s,
            "fer-courrier",
            "Le Courrier du Littoral",
            "Ferries : Océalis jette l’ancre",
            t(7, 24),
            echoes(0.2),
            **copy,
        ),
        m.article(s, "fer-infos", "Infos Ouest", title, t(7, 41), echoes(0.48, 2), **copy),
        m.article(
            s,
            "fer-echo",
            "L’Écho des Îles",
            "Plus de bateaux pour Arvane : 420 emplois menacés",
            t(8, 30),
            (
                Said(
                    "k-stop",
                    "Océalis cesse de desservir les îles d’Arvane depuis Port-Brévent.",
                    Status.ECHO,
                    same("fer-afp", "AFP", 1.3, "Océalis", "Arvane", "Port-Brévent"),
                    "fer-afp",
                    rank=0.9,
                ),
                Said(
                    "k-mayor",
                    "Le maire d’Arvane, Lucie Mahéo, demande « une continuité territoriale garantie par l’État ».",
                    speaker="Lucie Mahéo",
                ),
            ),
            relation=Relation.REWRITE,
            of="fer-afp",
            origin=afp,
        ),
        m.article(
            s,
            "fer-herald",
            "The Channel Herald",
            "Océalis ends ferry service to the Arvane islands",
            t(9, 5),
            (
                Said(
                    "k-stop",
                    "Ferry operator Océalis said on Thursday it was ending its routes to the Arvane islands.",
                    Status.ECHO,
                    same("fer-afp", "AFP", 1.88, "Océalis", "Arvane"),
                    "fer-afp",
                    speaker="Océalis",
                    chain=("AFP",),
                    rank=0.9,
                ),
                Said(
                    "k-jobs",
                    "About 420 employees are affected.",
                    Status.ECHO,
                    same("fer-afp", "AFP", 1.88, figures=["420 employe"]),
                    "fer-afp",
                    chain=("AFP",),
                    quantities=(figure(420, "employe", "about"),),
                ),
            ),
            language="en",
            relation=Relation.TRANSLATION,
            of="fer-afp",
            origin=afp,
        ),
        m.article(
            s,
            "fer-union",
            "Radio Arvane",
            "Océalis : les syndicats parlent de 610 emplois",
            t(11, 48),
            (
                Said(
                    "k-jobs2",
                    "La CGT des marins chiffre à 610 le nombre de postes supprimés, saisonniers compris.",
                    Status.UPDATE,
                    Reason("updates", {"outlet": "AFP", "hours": 4.6, "was": ["420 salari"], "now": ["610 post"]}),
                    "fer-afp",
                    "updates:k-jobs",
                    "CGT des marins",
                    (),
                    (figure(610, "post"),),
                    0.85,
                ),
                Said(
                    "k-stop",
                    "Océalis a annoncé la fin de la desserte.",
                    Status.ECHO,
                    same("fer-afp", "AFP", 4.6, "Océalis"),
                    "fer-afp",
                ),
            ),
        ),
        m.article(
            s,
            "fer-denial",
            "Le Courrier du Littoral",
            "L’État dément tout abandon des îles",
            t(15, 20),
            (
                Said(
                    "k-deny",
                    "Le ministère des Transports a démenti que la desserte cesse : « Les liaisons seront assurées ».",
                    Status.DENIAL,
                    Reason("denies", {"outlet": "AFP", "hours": 8.13}),
                    "fer-afp",
                    "denies:k-stop",
                    "ministère des Transports",
                    (),
                    (),
                    0.9,
                ),
                Said(
                    "k-confirm",
                    "La direction confirme en revanche le chiffre de 420 salariés.",
                    Status.CONFIRMATION,
                    Reason("confirms", {"outlet": "AFP", "hours": 8.13, "figures": ["420 salari"]}),
                    "fer-afp",
                    "confirms:k-jobs",
                    "la direction",
                    (),
                    (figure(420, "salari"),),
                ),
            ),
            relation=Relation.FOLLOW_UP,
            of="fer-afp",
        ),
        m.article(s, "fer-late", "Matin Net", title, t(16, 2), echoes(8.8), lag=41, **copy),
    )
    event = Event("version", "fer-late", Reason("version", {"of": "fer-late"}))
    return StoryRecord(s, articles, ((t(16, 43), event),))


def merger() -> StoryRecord:
    """An English story of one agency, a copy, and a second outlet's own reporting."""
    m, s, reuters = Maker(), "s-merger", "agency:Reuters"
    m.articles, m.mentions = 100, 1000
    bid = "Halden Steel has offered 2.4 billion euros for Norvik Metals, two people familiar with the matter said."
    return StoryRecord(
        s,
        (
            m.article(
                s,
                "mer-reu",
                "Reuters",
                "Halden Steel bids 2.4 bln euros for Norvik, sources say",
                t(13, 2),
                (
                    Said(
                        "k-bid",
                        bid,
                        chain=("two people familiar with the matter",),
                        quantities=(figure(2.4e9, "EUR"),),
                        rank=0.95,
                    ),
                    Said("k-talks", "Talks could collapse over the fate of the Lindfors plant.", rank=0.5),
                ),
                language="en",
                origin=reuters,
                lag=2,
            ),
            m.article(
                s,
                "mer-post",
                "The Baltic Post",
                "Halden Steel bids 2.4 bln euros for Norvik",
                t(13, 30),
                (
                    Said(
                        "k-bid",
                        bid,
                        Status.ECHO,
                        verbatim("mer-reu", "Reuters", 0.5),
                        "mer-reu",
                        rank=0.95,
                        quantities=(figure(2.4e9, "EUR"),),
                    ),
                ),
                language="en",
                relation=Relation.COPY,
                of="mer-reu",
                group="c-mer-reu",
                origin=reuters,
            ),
            m.article(
                s,
                "mer-tid",
                "Nordic Ledger",
                "Norvik board to meet on Friday over Halden offer",
                t(14, 10),
                (
                    Said(
                        "k-board",
                        "Norvik’s board will meet on Friday, chairwoman Ingrid Sollie told the Ledger.",
                        speaker="Ingrid Sollie",
                    ),
                    Said(
                        "k-bid",
                        "Sollie confirmed that an offer of “between 2.3 and 2.5 billion” had been received.",
                        Status.NEW_SOURCE,
                        Reason("new-source", {"outlet": "Reuters", "hours": 1.13}),
                        "mer-reu",
                        speaker="Ingrid Sollie",
                        quantities=(figure(2.3e9, "EUR", "", 2.5e9),),
                    ),
                ),
                language="en",
            ),
        ),
    )


def quiet() -> StoryRecord:
    """One outlet's own reporting that nobody followed; the outlet gives no date."""
    m, s = Maker(), "s-quiet"
    m.articles, m.mentions = 200, 2000
    return StoryRecord(
        s,
        (
            m.article(
                s,
                "qui-val",
                "Vallée Hebdo",
                "Le barrage de Sorgue-Haute sera vidé pour la première fois depuis 1974",
                t(10, 0),
                (
                    Said(
                        "k-dam",
                        "Le barrage sera vidé à partir du 2 mai pour inspection des vannes.",
                        speaker="EDF Sorgue",
                        rank=0.75,
                    ),
                ),
                dated=False,
                lag=0,
            ),
        ),
    )


def hostile() -> StoryRecord:
    """Everything an outlet may throw at a reader."""
    m, s = Maker(), "s-hostile"
    m.articles, m.mentions = 300, 3000
    return StoryRecord(
        s,
        (
            m.article(
                s,
                "hos-1",
                "=cmd|' /C calc'!A0",
                '<script>alert(1)</script> \u202egnp.exe\u202c line\none \x1b[31mred\x1b[0m & "quotes"',
                t(12, 0),
                (
                    Said(
                        "k-hos",
                        '=HYPERLINK("http://x") <img src=x onerror=alert(1)> \x1b]0;owned\x07 claims </style>',
                        speaker="<b>Bold</b>",
                    ),
                ),
                language="en",
                url="javascript:alert(1)",
            ),
            m.article(
                s,
                "hos-2",
                "Outlet\r\nBcc: everybody@example.org",
                "+1 {{ 7 * 7 }} {% raw %} [bold red]markup[/]",
                t(12, 20),
                (Said("k-hos2", "@SUM(1+1) \u2067turned\u2069 [link=http://x]x[/link]", chain=("<i>chain</i>",)),),
                language="en",
                url='https://ok.example.org/?a=1&b="><script>',
            ),
        ),
    )


def all_stories() -> list[StoryRecord]:
    return [ferry(), merger(), quiet(), hostile()]
