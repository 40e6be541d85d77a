"""Every reason has its sentence in both languages, and no reason, however odd, stops a report."""

import importlib
import pkgutil
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import monitor.core.claims
import monitor.core.matching
from monitor.core.model import Reason, Relation, Status
from monitor.core.phrases import PHRASES, TELLING, WORDS
from monitor.core.wording import (
    age,
    clock,
    counted,
    earlier,
    french_spaces,
    later,
    listing,
    moment,
    number,
    origin_word,
    phrase,
    quoted,
    relation_word,
    say,
    slots,
    status_word,
    word,
)

# Facts that a reader gets nothing from: ids (the report links the article itself), inner scores, and names and words
# in the stemmed forms that matching compares (the report shows the two sentences themselves).
KEPT_BACK = {"article", "of", "first_article", "similarity", "jaccard", "claim", "score", "sure", "names", "words",
             "likeness"}  # fmt: skip
# Of these codes these facts too: an unheard claim has no other to be held against.
KEPT_BACK_OF = {"unheard": {"outlet", "hours", "figures"}, "covered": {"speaker", "figures", "language"}}
KEPT_BACK_OF |= {"joined": {"story", "threshold"}, "founded": {"threshold"}, "same-story": {"threshold"}}
KEPT_BACK_OF |= {code: {"speaker", "figures", "language"} for code in ("detail", "lagged", "new-source")}


def reasons() -> dict[str, str]:
    """Every code that matching and claims may give, with its description."""
    found: dict[str, str] = {}
    for package in (monitor.core.matching, monitor.core.claims):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            found |= getattr(importlib.import_module(module.name), "REASONS", {})
    return found


def facts_of(description: str) -> set[str]:
    """The facts a description names: {in braces}, or in a list after "facts:"."""
    listed = re.sub(r"\([^)]*\)", "", ([*re.split("[Ff]acts:", description), ""])[1])
    if same := re.search(r"as ([\w-]+),?(?: and)?", listed):
        listed = listed.replace(same[0], "", 1)
    named = {f.strip() for f in re.split(r"[,;]|\band\b", listed) if f.strip()}
    others = facts_of(reasons()[same[1]]) if same else set()
    return set(re.findall(r"\{(\w+)\}", description)) | named | others


@pytest.mark.parametrize("code", sorted(reasons()))
def test_every_reason_has_both_wordings(code: str) -> None:
    """A decider's code has an English and a French sentence, and they tell the same facts."""
    assert code in PHRASES
    english, french = PHRASES[code]
    assert english != french
    assert slots(english) == slots(french)


@pytest.mark.parametrize(("code", "description"), sorted(reasons().items()))
def test_every_fact_is_told_or_kept_back_on_purpose(code: str, description: str) -> None:
    """A sentence tells all the facts its decider names, but for those listed here as of no use to a reader."""
    given_facts = facts_of(description)
    told = slots(PHRASES[code][0])
    assert given_facts - told <= KEPT_BACK | KEPT_BACK_OF.get(code, set())
    if given_facts:
        assert told <= given_facts


@pytest.mark.parametrize("table", [PHRASES, TELLING, WORDS])
def test_patterns_are_well_formed(table: dict[str, tuple[str, str]]) -> None:
    """No brace or bracket of a pattern is left over, and both languages use the same facts."""
    for english, french in table.values():
        assert slots(english) == slots(french)
        for pattern in (english, french):
            rest = re.sub(r"\{\w+(\|\w+)?(#[^#{}]*#[^#{}]*)?\}", "", pattern)
            assert not re.search(r"[{}#]", rest)
            assert rest.count("[") == rest.count("]")


@pytest.mark.parametrize(
    ("reason", "english", "french"),
    [
        (
            Reason("same-text", {"article": "a1", "outlet": "AFP", "hours": 3.0}),
            "Word for word as in AFP, 3\u00a0h earlier.",
            "Mot pour mot comme AFP, 3\u00a0h plus tôt.",
        ),
        (
            Reason(
                "same-claim",
                {
                    "article": "a1",
                    "outlet": "AFP",
                    "hours": 3.0,
                    "speaker": True,
                    "language": "fr",
                    "sure": 0.9,
                    "figures": ["10000 soldat", "4.5 %", "2000-12000 persn", "2024", "9.5 cloc", "3000000 EUR"],
                },
            ),
            (
                "AFP had it 3\u00a0h earlier, in French, from the same speaker, "
                "with the same figures: 10,000, 4.5%, 2,000 – 12,000, 2024, 09:30 and 3,000,000\u00a0EUR."
            ),
            (
                "AFP l’avait 3\u00a0h plus tôt, en français, de la même bouche, avec les mêmes chiffres\u00a0: "
                "10\u202f000, 4,5\u00a0%, 2\u202f000 – 12\u202f000, 2024, 9\u00a0h\u00a030 et "
                "3\u202f000\u202f000\u00a0EUR."
            ),
        ),
        (
            Reason("same-claim", {"outlet": "AFP", "hours": 0.001, "speaker": False, "figures": []}),
            "AFP had it less than a minute earlier.",
            "AFP l’avait moins d’une minute plus tôt.",
        ),
        (
            Reason("updates", {"outlet": "AFP", "hours": 4.6, "was": ["420 salari"], "now": ["610 post"]}),
            "Another figure: 420 in AFP 4\u00a0h\u00a036 earlier, now 610.",
            "Autre chiffre\u00a0: 420 chez AFP 4\u00a0h\u00a036 plus tôt, 610 à présent.",
        ),
        (
            Reason("changes", {"outlet": "AFP", "hours": 8.0}),
            "Changes what was said: AFP had it 8\u00a0h earlier.",
            "Change ce qui a été dit\u00a0: AFP l’avait 8\u00a0h plus tôt.",
        ),
        (
            Reason("confirms", {"outlet": "AFP", "hours": 8.0, "figures": ["420 salari"]}),
            "Another speaker confirms it: AFP had it 8\u00a0h earlier; same figure: 420.",
            "Quelqu’un d’autre le confirme\u00a0: AFP l’avait 8\u00a0h plus tôt\u202f; même chiffre\u00a0: 420.",
        ),
        (
            Reason("denies", {"sure": 0.9}),
            "Denies an earlier claim.",
            "Dément une affirmation antérieure.",
        ),
        (
            Reason("mail.resumed", {"lag": 200_000}),
            "The story moves again after 2\u00a0days; what you were told before is recalled below.",
            "L’histoire repart après 2\u00a0jours\u202f; ce qui vous a déjà été signalé est rappelé plus bas.",
        ),
        (
            Reason("mail.digest", {"stories": 1}),
            "What gathered in 1 story since the last mail.",
            "Ce qui s’est ajouté dans 1 histoire depuis le dernier message.",
        ),
        (
            Reason("odd.never-heard_of", {"outlet": "AFP", "empty": None, "figures": [10000, 2.5]}),
            "Odd never heard of: outlet AFP; figures 10,000 and 2.5.",
            "Odd never heard of\u00a0: outlet AFP; figures 10\u202f000 et 2,5.",
        ),
        (Reason(""), "No reason given.", "Sans raison donnée."),
    ],
)
def test_reasons_read_as_sentences(reason: Reason, english: str, french: str) -> None:
    """A reason is one plain sentence in either language; an unknown code still reads."""
    assert (english, french) == (say(reason, "en"), say(reason, "fr"))


facts_strategy = st.dictionaries(
    st.sampled_from([
        "outlet", "hours", "figures", "was", "now", "language", "origin", "unseen_figures", "shared", "score",
        "numbers", "lag", "words", "stories", "threshold", "x",
    ]),
    st.one_of(
        st.none(), st.text(max_size=20), st.integers(), st.floats(), st.booleans(),
        st.lists(st.one_of(st.text(max_size=5), st.integers(), st.floats()), max_size=4),
    ),
)  # fmt: skip


@given(st.one_of(st.sampled_from(sorted(PHRASES)), st.text(max_size=30)), facts_strategy, st.sampled_from(["en", "fr"]))
def test_saying_never_fails(code: str, facts: dict[str, object], language: str) -> None:
    """Whatever the code and the facts, there is a line to show."""
    assert say(Reason(code, facts), language)


@given(st.text(max_size=60))
def test_french_spaces_are_put_in_once(text: str) -> None:
    """Mending the spaces of a mended text changes nothing."""
    assert french_spaces(french_spaces(text)) == french_spaces(text)


def test_french_spaces() -> None:
    """No-break spaces go before double punctuation and inside quotation marks; URLs and times stay as they are."""
    assert french_spaces("Oui ; non ! « a » : b ?") == ("Oui\u202f; non\u202f! «\u00a0a\u00a0»\u00a0: b\u202f?")
    assert french_spaces("https://a.example:80/?q 11:30") == "https://a.example:80/?q 11:30"


@pytest.mark.parametrize(
    ("seconds", "english", "french"),
    [
        (0, "less than a minute", "moins d’une minute"),
        (59, "less than a minute", "moins d’une minute"),
        (-300, "5\u00a0min", "5\u00a0min"),
        (3 * 3600, "3\u00a0h", "3\u00a0h"),
        (3 * 3600 + 20 * 60, "3\u00a0h\u00a020", "3\u00a0h\u00a020"),
        (47 * 3600, "47\u00a0h", "47\u00a0h"),
        (6 * 86400, "6\u00a0days", "6\u00a0jours"),
    ],
)
def test_ages(seconds: float, english: str, french: str) -> None:
    """A span of time is said in its largest fitting unit, whatever its sign."""
    assert (english, french) == (age(timedelta(seconds=seconds), "en"), age(seconds, "fr"))


def test_before_and_after() -> None:
    """An age can be said as a distance in time."""
    assert [earlier(7200, "en"), earlier(7200, "fr"), later(7200, "en"), later(7200, "fr")] == [
        "2\u00a0h earlier", "2\u00a0h plus tôt", "2\u00a0h later", "2\u00a0h plus tard",
    ]  # fmt: skip


def test_moments_are_told_in_the_readers_zone_and_language() -> None:
    """A moment has its date, its year unless it is the present one, and the language's clock."""
    when = datetime(2026, 3, 1, 23, 5, tzinfo=UTC)
    paris = ZoneInfo("Europe/Paris")
    assert moment(when, "en") == "1\u00a0Mar 2026, 23:05"
    assert moment(datetime(2026, 3, 1, 8, 5, tzinfo=UTC), "fr") == "1er\u00a0mars 2026, 8\u00a0h\u00a005"
    assert moment(when, "fr", paris, now=when) == "2\u00a0mars, 0\u00a0h\u00a005"
    assert clock(when, "en", paris) == "00:05"


def test_lists_and_numbers() -> None:
    """Lists join as speech does, numbers take the language's separators, French counts zero as one."""
    assert [listing("ABC"[:n]) for n in range(4)] == ["", "A", "A and B", "A, B and C"]
    assert listing("ABCD", "fr", limit=3) == "A, B, C et 1 autre"
    assert listing("ABCDE", "en", limit=3) == "A, B, C and 2 more"
    assert [number(x, "en") for x in (1234567, 2.5, 1.0)] == ["1,234,567", "2.5", "1"]
    assert number(12345.678, "fr") == "12\u202f345,678"
    assert [counted(0, "outlet", "outlets", "en"), counted(0, "média", "médias", "fr")] == ["0 outlets", "0 média"]
    assert quoted("oui", "fr") == "«\u00a0oui\u00a0»"
    assert quoted("il dit « oui »", "fr") == "“il dit « oui »”"


def test_optional_parts_go_when_their_fact_is_missing() -> None:
    """A bracketed part is left out without its facts; a fact that must be there shows as a gap, not an error."""
    pattern = "A[ with {b}] and {c}."
    assert phrase(pattern, {"c": 1}) == "A and 1."
    assert phrase(pattern, {"b": [], "c": 1}) == "A and 1."
    assert phrase(pattern, {"b": ["x", "y"]}) == "A with x and y and …."


def test_every_verdict_and_relation_has_its_word() -> None:
    """No reader meets a bare code for a verdict, a relation or an origin."""
    for language in ("en", "fr"):
        assert all(f"status.{s}" in WORDS and status_word(s, language) for s in Status)
        assert all(f"relation.{r}" in WORDS and relation_word(r, language) for r in Relation)
    assert origin_word("agency:AFP", "fr") == "AFP"
    assert origin_word("outlet:Le Matin", "en") == "Le Matin (own reporting)"
    assert word("a word nobody listed") == "a word nobody listed"
