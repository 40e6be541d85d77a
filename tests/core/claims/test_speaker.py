"""Who speaks: a person before a role, and never a place, a dateline, a heading or the word that opens a sentence."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.claims.fields import annotate, speaker_of
from monitor.core.claims.lexicon import lexicon
from monitor.core.text.words import stem
from monitor.languages import codes, pack

DAY = datetime(2026, 3, 4, tzinfo=UTC)


def speakers(text: str, language: str) -> list[str | None]:
    """The speaker of each line of a text."""
    found = annotate(text, pack(language), DAY)
    out, start = [], 0
    for line in text.split("\n"):
        speaker = speaker_of(start, start + len(line), found, pack(language))
        out.append(speaker.label if speaker else None)
        start += len(line) + 1
    return out


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        ("fr", "« Tout est vérifié », a précisé le préfet maritime, l'amiral Hervé Castagnet.", "Hervé Castagnet"),
        ("fr", "Selon le préfet, Hervé Castagnet, le navire a coulé.", "Hervé Castagnet"),
        ("fr", "À Port-Kerven, le maire a déclaré que la digue tiendrait.", "maire"),
        ("fr", "LORVEN, 3 mars (Reuters) - Douze personnes sont mortes, selon la police.", "police"),
        ("fr", "Des habitants de Saint-Aubrac ont dit avoir entendu une explosion.", "habitants"),
        ("fr", "Comment le feu est-il parti ? La ministre Anna Duret a dit ne pas savoir.", "Anna Duret"),
        ("en", '"All was checked," the maritime prefect, Admiral Herve Castagnet, said.', "Admiral Herve Castagnet"),
        ("en", "According to Mayor Paul Lemoine, the dam will hold.", "Paul Lemoine"),
        ("en", "In Port-Kerven, the mayor said the dam would hold.", "mayor"),
        ("en", "LORVEN, March 3 (AP) - Twelve people died, police said.", "police"),
        ("en", "Residents of Lorven told reporters they heard a blast.", "Residents"),
        ("fr", "« Un géant », a réagi la ministre de la Culture, Anne Duret-Roche.", "Anne Duret-Roche"),
        ("fr", "Le directeur de la compagnie Voromby, Jean Rakoto, a dit attendre.", "Jean Rakoto"),
        ("fr", "Le bilan, dans les Andes, est de 14 morts, a annoncé jeudi le secrétariat.", "secrétariat"),
        ("fr", "« Il peut glisser », confie au Courrier un diplomate européen.", "diplomate"),
        ("fr", "« Je reste », a lancé devant ses partisans cette professeure de 52 ans.", "professeure"),
        ("fr", "Un groupe se faisant appeler « Brigade du Nord » affirme les détenir.", "groupe"),
        ("fr", "Le cours a chuté, écrit Arvoline.", "Arvoline"),
        ("fr", "Le bilan a été confirmé par le préfet Hervé Castagnet.", "Hervé Castagnet"),
        ("fr", "M. Kervadeg avait nié.", "Kervadeg"),
        ("fr", "Le Kremlin a démenti.", "Kremlin"),
        ("fr", "Astruc, l'artisan de la montée, réclame 1,4 million.", "Astruc"),
        ("fr", "Le bureau du procureur a confirmé que la piste était suivie.", "bureau"),
        ("en", "Danubia Grains declined to comment but denied hiding any result.", "Danubia Grains"),
        ("en", "The material includes addresses and doctors' reports.", None),
        ("en", "Freshway confirmed it, as first reported by the Dublin Ledger.", "Freshway"),
        ("en", "People around him say his wages will treble.", "People"),
        ("en", "Luxembourg-listed Orbivia said contact was lost.", "Orbivia"),
        ("fr", "Un chiffre avancé par la police a été repris.", None),
        ("fr", "Un incendie s'est déclaré dans un entrepôt.", None),
        ("fr", "Ils manifestaient pour les retraites.", None),
        ("en", "Health Minister Anna Verhovec says police went too far.", "Anna Verhovec"),
        ("en", "Governor Lito Manzan rejected claims by a rival that residents were told too late.", "Lito Manzan"),
        ("en", '"Women confided in an app," its chair, Marijke Hoogland, said.', "Marijke Hoogland"),
        ("en", "Three people who stood near the steps told us that police had fired.", "people"),
        ("en", "They go further than it had pencilled in, said Oliver Brandes, an analyst.", "Oliver Brandes"),
        ("fr", "« Restez chez vous », a imploré la préfète Corinne Etchevers.", "Corinne Etchevers"),
        ("en", "Fodora, the app, said it had stopped, contradicting what riders say.", "Fodora"),
        ("en", "Investigators said they had seized three tonnes.", "Investigators"),
        ("en", "Cantabrico chief executive Begona Irigoyen told a conference call it was fine.", "Begona Irigoyen"),
    ],
)
def test_the_speaker_of_a_sentence(language: str, sentence: str, expected: str | None) -> None:
    """The person where one is named, else the role; where it was said is not who said it."""
    assert speakers(sentence, language) == [expected]


def test_a_surname_and_a_pronoun_stand_for_the_name_given_before() -> None:
    """The article names a person once in full."""
    text = "Le préfet Hervé Castagnet a confirmé le bilan.\nCastagnet a annoncé une enquête.\nIl a dit attendre."
    assert speakers(text, "fr") == ["Hervé Castagnet"] * 3


def test_a_pronoun_stands_for_the_person_the_sentence_before_was_about() -> None:
    """Reports name a person in one sentence and quote them in the next."""
    text = 'In Haroldswick, Magnus Isbister was feeding his animals.\n"The windows shook," he said.'
    assert speakers(text, "en")[1] == "Magnus Isbister"
    text = "Le maire a confirmé.\nUne voisine, Mme Julie Arnal, cherchait son chat.\n« Je dors mal », a-t-elle dit."
    assert speakers(text, "fr")[2] == "Julie Arnal"


def test_the_year_old_is_the_person_before_and_no_medium() -> None:
    """Where it was posted did not say it."""
    text = "The singer Paul Lemoine apologised.\nThe 27-year-old said in a video posted on Instagram that he was sorry."
    assert speakers(text, "en")[1] == "Paul Lemoine"


def test_she_is_no_commission() -> None:
    """An office speaks in between; the woman before it is she."""
    text = 'Tess Wollaran lost her lead.\nThe commission said 96 votes were left.\n"It is not over," she said.'
    assert speakers(text, "en")[2] == "Tess Wollaran"


def test_a_quotation_goes_on_with_its_speaker() -> None:
    """A sentence that is all quotation has the speaker before it; a few quoted words tell nothing."""
    text = "« Non », a dit le préfet.\n« Nous verrons demain. »\nLe pont est « fragile » et la route est fermée."
    assert speakers(text, "fr") == ["préfet", "préfet", None]


def test_a_shouted_place_is_no_speaker_where_the_text_writes_it_small() -> None:
    """A heading in capitals repeats a word of the text."""
    text = "LORVEN dit non à la digue\nLe port de Lorven restera ouvert, a indiqué la mairie."
    assert speakers(text, "fr")[1] == "mairie"
    assert speakers(text, "fr")[0] != "LORVEN"


def test_shared_concepts_extend_the_packs_and_keep_their_words() -> None:
    """A word of the pack's own table keeps its concept; words that only the shared table has get theirs."""
    fr = pack("fr")
    own, shared = fr.table("claims", "concepts"), fr.table("claims", "shared_concepts")
    assert shared
    concept_of = lexicon(fr).concept_of
    first: dict[str, str] = {}
    for concept, words in own.items():
        for w in str(words).split():
            first.setdefault(stem(w, "fr"), concept)
    assert {s: concept_of[s] for s in first} == first
    assert len(concept_of) > len(first)


_BITS = ["Anna", "J", "B", "a", "dit", "said", ",", "«", "»", '"', "il", "she", "selon", "le", "maire", "de",
         "Paris", "'s", "by", "not", "to", "says", "et", "and", "2", ".", "-", "t", "who", "police"]  # fmt: skip


@settings(deadline=None)  # dictionaries load on first use
@given(st.one_of(st.text(max_size=100), st.lists(st.sampled_from(_BITS)).map(" ".join)), st.sampled_from(codes()))
def test_any_sentence_can_be_asked(text: str, language: str) -> None:
    """On any text: no error, and who speaks has something to be compared by."""
    found = annotate(text, pack(language), DAY)
    for _ in range(2):
        speaker = speaker_of(0, len(text), found, pack(language))
        assert speaker is None or all(speaker.keys)
