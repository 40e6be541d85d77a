"""Quantities in figures and words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.text.numbers import quantities
from monitor.languages import codes, pack

Read = tuple[str, float, float, str | None, str]


def read(language: str, text: str) -> list[Read]:
    return [
        (text[q.start : q.end], q.quantity.low, q.quantity.high, q.quantity.unit, q.quantity.bound)
        for q in quantities(text, pack(language))
    ]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "10.000 soldats", ("10.000 soldats", 10_000, 10_000, "soldier", "")),
        ("fr", "10 000 soldats", ("10 000 soldats", 10_000, 10_000, "soldier", "")),
        ("fr", "10\u202f000 soldats", ("10\u202f000 soldats", 10_000, 10_000, "soldier", "")),
        ("fr", "1,400 litres d'eau", ("1,400 litres", 1_400, 1_400, "litre", "")),
        ("fr", "55’000 habitants", ("55’000 habitants", 55_000, 55_000, "inhabitant", "")),
        ("fr", "1,28 million d'euros", ("1,28 million d'euros", 1_280_000, 1_280_000, "EUR", "")),
        ("en", "1.28 million euros", ("1.28 million euros", 1_280_000, 1_280_000, "EUR", "")),
        ("fr", "46,2 % des voix", ("46,2 %", 46.2, 46.2, "%", "")),
        ("en", "31 per cent", ("31 per cent", 31, 31, "%", "")),
        ("fr", "4,1 M€ saisis", ("4,1 M€", 4_100_000, 4_100_000, "EUR", "")),
        ("en", "worth £240m", ("£240m", 240e6, 240e6, "GBP", "")),
        ("en", "worth €6.4bn", ("€6.4bn", 6.4e9, 6.4e9, "EUR", "")),
        ("en", "$7.5 billion", ("$7.5 billion", 7.5e9, 7.5e9, "USD", "")),
        ("de", "900 Mio. Euro", ("900 Mio. Euro", 900e6, 900e6, "EUR", "")),
        ("pt", "2,5 mil milhões de euros", ("2,5 mil milhões de euros", 2.5e9, 2.5e9, "EUR", "")),
        ("fr", "douze morts", ("douze morts", 12, 12, "death", "")),
        ("fr", "un mort", ("un mort", 1, 1, "death", "")),
        ("fr", "quatre-vingt-dix-sept habitants", ("quatre-vingt-dix-sept habitants", 97, 97, "inhabitant", "")),
        ("fr", "Trois cent quarante opérations", ("Trois cent quarante opérations", 340, 340, "oper", "")),
        ("fr", "une dizaine de milliers de personnes",
         ("une dizaine de milliers de personnes", 10_000, 10_000, "person", "")),
        ("en", "half a million people", ("half a million people", 500_000, 500_000, "person", "")),
        ("en", "a dozen workers", ("dozen workers", 12, 12, "worker", "")),
        ("en", "thirty-one people", ("thirty-one people", 31, 31, "person", "")),
        ("fr", "2.000 à 12.000 Nord-Coréens", ("2.000 à 12.000 Nord-Coréens", 2_000, 12_000, "person", "")),
        ("fr", "de 11 à 12 millions de tonnes", ("11 à 12 millions de tonnes", 11e6, 12e6, "tonne", "")),
        ("en", "between 3 and 5 people", ("between 3 and 5 people", 3, 5, "person", "")),
        ("fr", "quelque 140 personnes", ("quelque 140 personnes", 140, 140, "person", "about")),
        ("fr", "au moins 12 morts", ("au moins 12 morts", 12, 12, "death", "at-least")),
        ("fr", "jusqu'à 30 blessés", ("jusqu'à 30 blessés", 30, 30, "injury", "up-to")),
        ("fr", "1.400 litres environ", ("1.400 litres", 1_400, 1_400, "litre", "about")),
        ("en", "more than 2,300 jobs", ("more than 2,300 jobs", 2_300, 2_300, "job", "at-least")),
        ("en", "12 people died", ("12 people", 12, 12, "death", "")),
        ("en", "killing at least 12 people", ("at least 12 people", 12, 12, "death", "at-least")),
        ("fr", "Douze personnes ont été tuées", ("Douze personnes", 12, 12, "death", "")),
        ("fr", "deux hélicoptères militaires", ("deux hélicoptères", 2, 2, "helicopter", "")),
        ("fr", "deux tiers des voix", ("deux tiers", 66.6, 66.6, "%", "about")),
        ("fr", "un séisme de magnitude 6,1", ("magnitude 6,1", 6.1, 6.1, "magnitude", "")),
        ("en", "a 6.1-magnitude quake", ("6.1-magnitude", 6.1, 6.1, "magnitude", "")),
        ("fr", "battus 6-1 à domicile", ("6-1", 1, 6, "score", "")),
        ("fr", "à 04H30", ("04H30", 4.5, 4.5, "clock", "")),
        ("en", "at 4:30 p.m. on Monday", ("4:30 p.m", 16.5, 16.5, "clock", "")),
        ("fr", "à 22 heures", ("22 heures", 22, 22, "clock", "")),
        ("fr", "pendant 31 heures", ("31 heures", 31, 31, "hour", "")),
        ("fr", "en 2018, il", ("2018", 2018, 2018, "year", "")),
        ("en", "Mamatova, 52, said", ("52", 52, 52, "year", "")),
        ("fr", "valait cent quatre-vingts millions d'euros",
         ("cent quatre-vingts millions d'euros", 180e6, 180e6, "EUR", "")),
        ("fr", "deux cent quatre-vingt-dix-sept habitants",
         ("deux cent quatre-vingt-dix-sept habitants", 297, 297, "inhabitant", "")),
        ("fr", "six ans et demi de prison", ("six ans et demi", 6.5, 6.5, "year", "")),
        ("en", "two and a half years", ("two and a half years", 2.5, 2.5, "year", "")),
        ("en", "two million and a half", ("two million and a half", 2.5e6, 2.5e6, None, "")),
        ("fr", "trois quarts d'heure", ("trois quarts d'heure", 0.75, 0.75, "hour", "")),
        ("fr", "neuf salariés sur dix", ("neuf salariés sur dix", 90, 90, "%", "")),
        ("fr", "plus d'un Français sur trois", ("plus d'un Français sur trois", 33.3, 33.3, "%", "at-least")),
        ("en", "nine out of ten molecules", ("nine out of ten", 90, 90, "%", "")),
        ("en", "one patient in nine", ("one patient in nine", 11.1, 11.1, "%", "")),
        ("en", "140 seized devices", ("140 seized devices", 140, 140, "devic", "")),
        ("en", "131 mm of rain", ("131 mm", 131, 131, "mm", "")),
        ("en", "by 0730 GMT", ("0730", 7.5, 7.5, "clock", "")),
        ("en", "and injuring 19, police said", ("19", 19, 19, "injury", "")),
        ("en", "eleven boxes came home", ("eleven boxes", 11, 11, "box", "")),
        ("fr", "plus de la moitié des clubs", ("plus de la moitié", 50, 50, "%", "at-least")),
        ("en", "three Belgian geologists", ("three Belgian geologists", 3, 3, "geolog", "")),
        ("en", "seven of the dead", ("seven of the dead", 7, 7, "death", "")),
        ("en", "CHF1.9 million", ("1.9 million", 1.9e6, 1.9e6, "CHF", "")),
        ("en", "DKr642m", ("642m", 642e6, 642e6, "DKK", "")),
        ("en", "4,1 billions of euros", ("4,1 billions of euros", 4.1e9, 4.1e9, "EUR", "")),
        ("en", "second in 4:01.37", ("4:01.37", 241.37, 241.37, "second", "")),
        ("en", "at 4.40 in the morning", ("4.40", 4 + 40 / 60, 4 + 40 / 60, "clock", "")),
        ("fr", "à 38 milles de la côte", ("38 milles", 38, 38, "mile", "")),
        ("fr", "près d'une centaine d'agents", ("près d'une centaine d'agents", 100, 100, "agent", "about")),
        ("es", "unas 140 personas", ("unas 140 personas", 140, 140, "person", "about")),
        ("it", "almeno 12 morti", ("almeno 12 morti", 12, 12, "death", "at-least")),
        ("de", "rund 14.000 Haushalte", ("rund 14.000 Haushalte", 14_000, 14_000, "household", "about")),
    ],
)  # fmt: skip
def test_a_quantity_is_read(language: str, text: str, expected: Read) -> None:
    """Value, range, bound and what is counted come out alike, whatever the format."""
    assert read(language, text) == [expected]


@pytest.mark.parametrize(
    ("language", "text", "values"),
    [
        ("fr", "a relevé son offre de 3 à 4,5 millions d'euros", [(3_000_000, "EUR"), (4_500_000, "EUR")]),
        ("fr", "passé de 900 à 1,2 million d'abonnés", [(900, "abon"), (1_200_000, "abon")]),
        ("fr", "passé de douze à dix-sept morts", [(12, "death"), (17, "death")]),
        ("de", "stieg von 2,9 auf 3,1 Prozent", [(2.9, "%"), (3.1, "%")]),
        ("fr", "78 voix contre 61 et neuf abstentions", [(78, "vote"), (61, "vote"), (9, "abstent")]),
        ("fr", "âgés de 24, 31 et 37 ans", [(24, "year"), (31, "year"), (37, "year")]),
        ("fr", "le 3 mars 2026", [(2026, "year")]),
        ("de", "am 15. Januar", []),
        ("en", "July 8", []),
        ("fr", "le 1er tour, le 18/03, au 0470 00 00 00", []),
        ("fr", "Un train a déraillé, une femme l'a vu", []),
        ("en", "No one said one thing", []),
        ("fr", "une personne est morte", [(1, "death")]),
        ("fr", "d'une personne à l'autre", []),
        ("en", "from one person to another", []),
        ("fr", "on le reconnaissait entre mille.", []),
        ("fr", "Son numéro deux, Jean", []),
        ("en", "an Airbus A380 landed", []),
        ("en", "the channel Southern Cross Nine reported", []),
        ("en", "on July 19 and 20, one of", []),
        ("fr", "les 19 et 20 juillet", []),
        ("fr", "douze personnes, et non onze", [(12, "person"), (11, "person")]),
        ("fr", "2.100 manifestants, contre 5.000 la veille", [(2_100, "protester"), (5_000, "protester")]),
        ("fr", "45 manifestants, elle en voyait encore 70.", [(45, "protester"), (70, "protester")]),
        ("fr", "44 personnes, dont trois sont mortes", [(44, "person"), (3, "death")]),
        ("fr", "140 blessés, dont 31 grièvement", [(140, "injury"), (31, "injury")]),
        ("en", "48 votes on Tuesday from 61 on Sunday", [(48, "vote"), (61, "vote")]),
        ("en", "61 euros ($71), against 74 before", [(61, "EUR"), (71, "USD"), (74, "EUR")]),
        ("en", "31 cases, two of them fatal", [(31, "case"), (2, "case")]),
        ("en", "Eleven of the 14 analysts", [(11, "analyst"), (14, "analyst")]),
        ("en", "14 analysts expect it, while two see more", [(14, "analyst"), (2, None)]),
        ("fr", "vingt-trois chalutiers ; sept naviguent", [(23, "chaluti"), (7, None)]),
    ],
)
def test_neighbours_decide_what_a_number_is(language: str, text: str, values: list[tuple[float, str | None]]) -> None:
    """A change is two figures, days and ids are none, a unit is shared along a list or a vote."""
    assert [(low, unit) for _, low, _, unit, _ in read(language, text)] == values


_BITS = ["10", "000", "1,5", "douze", "cent", "à", "et", "de", "million", "-", "%", "€", "h", "mars", "un", "mort", "."]


@settings(deadline=None)  # dictionaries load on first use
@given(st.one_of(st.text(max_size=120), st.lists(st.sampled_from(_BITS)).map(" ".join)), st.sampled_from(codes()))
def test_quantities_are_spans_in_order(text: str, language: str) -> None:
    """On any text: no error, spans in order, low never above high."""
    at = 0
    for q in quantities(text, pack(language)):
        assert at <= q.start < q.end <= len(text)
        assert q.quantity.low <= q.quantity.high
        at = q.end
