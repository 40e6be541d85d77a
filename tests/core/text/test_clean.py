"""What is news on a page and what stands around it."""

import time
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.text.clean import LIMIT, clean
from monitor.core.text.document import BlockKind, Dateline, Document
from monitor.languages import codes, pack

WHEN = datetime(2026, 3, 4, 10, tzinfo=UTC)
NEWS = {
    "fr": "Douze salariés ont été légèrement contaminés mardi à la centrale, a annoncé l'exploitant.",
    "en": "At least twelve workers were slightly contaminated at the plant on Tuesday, the operator said.",
    "de": "Zwölf Beschäftigte sind am Dienstag in dem Kraftwerk leicht verstrahlt worden, sagte der Betreiber.",
    "es": "Doce trabajadores sufrieron el martes una leve contaminación en la central, informó la empresa.",
    "it": "Dodici lavoratori sono stati lievemente contaminati martedì nella centrale, ha detto il gestore.",
    "pt": "Doze trabalhadores foram ligeiramente contaminados na terça-feira na central, disse a empresa.",
}


def read(raw: str, language: str = "fr", title: str = "Un titre") -> Document:
    return clean(raw, title, pack(language), language, WHEN)


def kinds(raw: str, language: str = "fr") -> list[tuple[str, str]]:
    return [(b.kind.value, raw[b.start : b.end]) for b in read(raw, language).blocks]


@pytest.mark.parametrize(
    ("language", "kind", "line"),
    [
        ("fr", "furniture", "Lire aussi : La pêche au filet en cinq questions"),
        ("fr", "furniture", "» LIRE AUSSI - Ce que l'on sait de la fuite"),
        ("fr", "furniture", "À lire également • La piscine rouvre"),
        ("fr", "furniture", "Partager sur Facebook | Partager sur X"),
        ("fr", "furniture", "Publié le 04/03/2026 à 13h31 - Temps de lecture : 2 min"),
        ("fr", "furniture", "https://www.exemple.example/article"),
        ("fr", "notice", "Recevez chaque matin l'essentiel de l'info en vous abonnant à notre newsletter."),
        ("fr", "notice", "Réservé aux abonnés. Déjà abonné ? Connectez-vous."),
        ("fr", "notice", "Ce contenu a été créé avec l'aide de l'IA."),
        ("fr", "notice", "Article rédigé avec l'aide d'une intelligence artificielle et relu par notre équipe."),
        ("fr", "notice", "Inscrivez-vous à nos e-mails gratuits d’actualités"),
        ("fr", "notice", "En poursuivant votre navigation, vous acceptez l’utilisation de cookies."),
        ("fr", "notice", "Vous avez une information ? Écrivez-nous en toute confidentialité."),
        ("fr", "notice", "Notre application mobile vous alerte en premier, gratuitement et sans engagement."),
        ("fr", "credit", "(Avec AFP)"),
        ("fr", "credit", "ats/reuters"),
        ("fr", "credit", "Source : Reuters"),
        ("fr", "credit", "Le Fil continental rapports"),
        ("fr", "credit", "© Le Petit Namurois. Toute reproduction, même partielle, est interdite."),
        ("fr", "byline", "bur-mad/agr/clr"),
        ("fr", "byline", "De notre envoyée spéciale à Peshkopi, avec agences"),
        ("fr", "byline", "J. M. et S. Ph."),
        ("fr", "caption", "Photo : La centrale, au bord du fleuve. © Archives DI"),
        ("fr", "notice", "Texte rédigé par une IA et relu par nos journalistes."),
        ("fr", "furniture", "La suite de votre contenu après cette annonce"),
        ("fr", "furniture", "04/12/2025 20:16:33 -"),
        ("fr", "credit", "(AFP/Le Soir)"),
        ("en", "furniture", "Skip to main content"),
        ("en", "notice", "AI-generated summary, checked by our editors"),
        ("en", "caption", "File photo"),
        ("fr", "hashtags", "#réacteur #français #fuite #travailleurs"),
        ("fr", "heading", "Que disent les autorités ?"),
        ("en", "furniture", "READ MORE: What to do when the ground starts shaking"),
        ("en", "notice", "Sign up to our free morning briefing. By signing up you agree to our terms."),
        ("en", "notice", "This article was produced with the assistance of artificial intelligence."),
        ("en", "credit", "(Reporting by Anna Smith in Paris; Editing by John Doe)"),
        ("en", "credit", "AP contributed to this report"),
        ("de", "notice", "Dieser Beitrag wurde mithilfe von KI übersetzt."),
        ("de", "furniture", "Lesen Sie auch: Tanken hinter der Grenze – lohnt sich das noch?"),
        ("es", "notice", "Suscríbete gratis a nuestro boletín de tecnología"),
        ("it", "credit", "© RIPRODUZIONE RISERVATA"),
        ("pt", "credit", "Lusa/Fim"),
    ],
)  # fmt: skip
def test_a_line_around_the_news_is_told_apart(language: str, kind: str, line: str) -> None:
    """Furniture, notices, credits and the like leave the body; the news beside them stays."""
    assert kinds(f"{NEWS[language]}\n\n{line}", language) == [("body", NEWS[language]), (kind, line)]


@pytest.mark.parametrize(
    "line",
    [
        "Par ailleurs, la jurée a indiqué sur une radio privée que le vote avait été unanime.",
        "Le chef de l'opposition a déclaré mardi avoir reçu une newsletter piégée.",
        "L'application mobile de la banque a été piratée mardi, a indiqué la police.",
        "Publié lundi, un sondage crédite le parti de 31 % des voix.",
        "« Inscrivez-vous avant lundi », a lancé la maire aux parents.",
        "Selon Reuters, deux sources proches du dossier confirment.",
        "La photo du suspect a été diffusée par la police.",
        "Les commentaires du ministre ont provoqué un tollé.",
        "Reuters a confirmé lundi.",
        "Cet article de loi a été adopté.",
        "La vidéo a été générée par une IA, selon la police.",
        "Activez les secours, a dit le maire.",
        "Points: 1 essai Bidart (44e), 1 transformation et 5 pénalités Lagos",
        "Douze morts.",
        "C'est faux.",
    ],
)
def test_news_that_sounds_like_furniture_stays(line: str) -> None:
    """Precision first: a sentence that reports something is body, whatever words it has."""
    assert kinds(f"{NEWS['fr']}\n\n{line}") == [("body", NEWS["fr"]), ("body", line)]


@pytest.mark.parametrize(
    ("language", "line", "place", "agency", "day"),
    [
        ("fr", "VALENCE, 3 mars 2026 (AFP) - ", "VALENCE", "AFP", date(2026, 3, 3)),
        ("fr", "ZENICA (Bosnie), 3 mars 2026 (AFP) - ", "ZENICA (Bosnie)", "AFP", date(2026, 3, 3)),
        ("fr", "BRUXELLES 18/03 (BELGA) = ", "BRUXELLES", "Belga", date(2026, 3, 18)),
        ("fr", "Bruxelles, Belgique | AFP | jeudi 17/10/2024 - ", "Bruxelles, Belgique", "AFP", date(2024, 10, 17)),
        ("fr", "date 2024-10 Kiev, Ukraine | AFP | jeudi 17/10/2024 - ", "Kiev, Ukraine", "AFP", date(2024, 10, 17)),
        ("fr", "AFP - ", None, "AFP", None),
        ("fr", "(Reuters) - ", None, "Reuters", None),
        ("fr", "BRUXELLES — ", "BRUXELLES", None, None),
        ("en", "ZURICH (AFP) - ", "ZURICH", "AFP", None),
        ("en", "LJUBLJANA, Slovenia (AP) — ", "LJUBLJANA, Slovenia", "AP", None),
        ("en", "HELSINKI/AMSTERDAM, March 3 (Reuters) - ", "HELSINKI/AMSTERDAM", "Reuters", date(2026, 3, 3)),
        ("de", "Kolbnitz (APA/dpa) - ", "Kolbnitz", "APA", None),
        ("es", "Madrid/Lisboa, 2 mar (EFE).- ", "Madrid/Lisboa", "EFE", date(2026, 3, 2)),
        ("it", "(ANSA) - BOLZANO, 3 MAR - ", "BOLZANO", "ANSA", date(2026, 3, 3)),
        ("pt", "Lisboa, 3 mar 2026 (Lusa) – ", "Lisboa", "Lusa", date(2026, 3, 3)),
    ],
)  # fmt: skip
def test_a_dateline_is_cut_off_and_kept_as_facts(
    language: str, line: str, place: str | None, agency: str | None, day: date | None
) -> None:
    """The first sentence begins after the dateline, whose place, agency and day are kept."""
    found = read(line + NEWS[language], language)
    assert found.dateline == Dateline(place, agency, day)
    assert [s.text for s in found.sentences] == [NEWS[language]]
    assert [c.agency for c in found.credits] == ([agency] if agency else [])


@pytest.mark.parametrize("rubric", ["FOCUS - ", "VIDÉO — ", "ENQUÊTE — "])
def test_a_rubric_is_no_dateline(rubric: str) -> None:
    """Capitals before a dash are a place only where something says so."""
    found = read(rubric + NEWS["fr"])
    assert found.dateline is None
    assert [s.text for s in found.sentences] == [NEWS["fr"]]


def test_a_dateline_at_the_foot_counts() -> None:
    """Some sites print the agency's dateline under the article."""
    found = read(f"{NEWS['fr']}\n04/12/2025 20:16:33 -\nParis (AFP) -\n© 2025 AFP")
    assert found.dateline == Dateline("Paris", "AFP", None)
    assert found.body == NEWS["fr"]


def test_an_embedded_post_leaves_with_its_signature() -> None:
    """The post's text, even in another language, goes with the line that signs it."""
    raw = (
        f"{NEWS['fr']}\n"
        "Secretary says the plant is safe, the first official to confirm the leakhttps://t.co/uEqO7x4fAg\n"
        "— CNN (@CNN) March 3, 2026\n"
        "Ce nouveau développement a été confirmé par le préfet."
    )
    found = read(raw)
    assert [b.kind for b in found.blocks] == [BlockKind.BODY, BlockKind.EMBED, BlockKind.EMBED, BlockKind.BODY]


def test_ends_of_body_lines_are_trimmed() -> None:
    """Credits, hashtags and read-also sentences hang on the last line of many pages."""
    raw = f"{NEWS['fr']} (AFP)\n{NEWS['fr']} #fuite #centrale\n{NEWS['fr']} Lire aussi : La suite de notre dossier"
    found = read(raw)
    assert found.body == "\n".join([NEWS["fr"]] * 3)
    assert [b.kind for b in found.blocks if b.kind is not BlockKind.BODY] == [
        BlockKind.CREDIT, BlockKind.HASHTAGS, BlockKind.FURNITURE,
    ]  # fmt: skip
    assert [(c.agency, c.kind) for c in found.credits] == [("AFP", "credit")]


def test_the_repeated_title_is_a_heading() -> None:
    """A page often repeats its title above the text."""
    found = read(f"Fuite à la centrale\n{NEWS['fr']}", title="Fuite à la centrale")
    assert [b.kind for b in found.blocks] == [BlockKind.HEADING, BlockKind.BODY]
    assert found.lead == NEWS["fr"]


@pytest.mark.parametrize(
    ("language", "paragraph"),
    [
        ("fr", "Six jours plus tôt, un avion du même type s'était écrasé, faisant seize morts."),
        ("fr", "Cette affaire est sans lien avec l'opération menée cette semaine."),
        ("en", "Last week Finland's Koskela agreed to buy its Dutch rival."),
        ("en", "Seismologists say the quake was not linked to the one on Tuesday."),
        ("de", "Vor zwei Wochen war bereits ein Zug entgleist."),
    ],
)
def test_a_paragraph_that_recalls_another_event_is_marked(language: str, paragraph: str) -> None:
    """Background stays in the text: it is a feature of its sentences."""
    news = NEWS[language]
    found = read(f"{news}\n\n{news}\n\n{paragraph}", language)
    assert [s.background for s in found.sentences] == [False, False, True]


def test_paragraphs_may_be_parted_by_one_newline_or_more() -> None:
    """Extractors differ; the sentences do not."""
    one, two = (read(sep.join([NEWS["fr"]] * 3)) for sep in ("\n", "\r\n\r\n \r\n"))
    assert [(s.text, s.paragraph) for s in one.sentences] == [(s.text, s.paragraph) for s in two.sentences]
    assert [s.paragraph for s in one.sentences] == [0, 1, 2]


_LINES = st.sampled_from([
    "LYON, 3 mars 2026 (AFP) - Un feu.", "(AFP)", "#a #b", "— A (@b) 1 mars 2026", "Lire aussi : x", "Photo : y",
    "« Oui. Non », dit-il.", "A. B. C.", "\x00\u202e", "Le 3 mars 2026.", "© X", "a" * 500,
])  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(
    st.one_of(st.text(max_size=300), st.lists(_LINES, max_size=12).map("\n".join)), st.sampled_from([*codes(), "und"])
)
def test_blocks_and_sentences_are_spans_of_the_raw_text(raw: str, language: str) -> None:
    """On any text: no error, spans in order and without overlap, every sentence verbatim."""
    found = read(raw, language)
    at = 0
    for block in found.blocks:
        assert at <= block.start < block.end <= len(raw)
        at = block.end
    at = 0
    for sentence in found.sentences:
        assert at <= sentence.start < sentence.end
        assert sentence.text == raw[sentence.start : sentence.end]
        at = sentence.end
    for credit in found.credits:
        assert 0 <= credit.start < credit.end <= len(raw)


@pytest.mark.parametrize(
    "raw",
    ["a" * 10_000_000, "Mot. " * 2_000_000, "\x00" * 1_000_000, "\u202eA " * 500_000, '"« ' * 400_000, "A-" * 500_000],
    ids=["one word", "one line", "null bytes", "bidi", "quote marks", "dashes"],
)
def test_hostile_lengths_stay_linear(raw: str) -> None:
    """What lies past the limit is left unread: ten megabytes cost no more than the limit does."""
    start = time.process_time()
    found = read(raw)
    assert time.process_time() - start < 5
    assert all(b.end <= LIMIT for b in found.blocks)
