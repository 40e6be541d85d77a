"""The sentences and words readers see, English and French side by side. Data only; `core.wording` fills them in.

`PHRASES` has one pair for every reason code (the deciders list theirs in their `REASONS`; a test compares).
`WORDS` has the words of reports and mails.
"""

from __future__ import annotations

from collections.abc import Mapping

from monitor.core.side_by_side import SIDE_BY_SIDE

Pair = tuple[str, str]

ALERTS: Mapping[str, Pair] = {
    "watch.everything": ("This watch asks for everything.", "Cette veille demande tout."),
    "watch.statuses": (
        "This watch asks for one kind of news: {statuses|status}.",
        "Cette veille demande ce genre de nouvelles : {statuses|status}.",
    ),
    "watch.words": (
        "The article speaks of {words|quote}.",
        "L’article parle de {words|quote}.",
    ),
    "watch.outlet": (
        "It comes from {outlet}, which this watch follows.",
        "Il vient de {outlet}, que cette veille suit.",
    ),
    "watch.language": (
        "It is in {language|language}, as this watch asks.",
        "Il est en {language|language}, comme cette veille le demande.",
    ),
    "mail.first": (
        "First mail about this story.",
        "Premier message sur cette histoire.",
    ),
    "mail.new-in-group": (
        "News in a story you were told about {lag|age} ago.",
        "Du nouveau dans une histoire signalée il y a {lag|age}.",
    ),
    "mail.resumed": (
        "The story moves again after {lag|age}; what you were told before is recalled below.",
        "L’histoire repart après {lag|age} ; ce qui vous a déjà été signalé est rappelé plus bas.",
    ),
    "mail.retry": (
        "A mail that could not be sent before.",
        "Un message qui n’avait pas pu partir.",
    ),
    "mail.digest": (
        "What gathered in {stories} {stories#story#stories} since the last mail.",
        "Ce qui s’est ajouté dans {stories} {stories#histoire#histoires} depuis le dernier message.",
    ),
}

TELLING: Mapping[str, Pair] = {
    "report": (
        "{news} in {stories}: {articles} from {outlets}[, {silent} of them mere echoes].",
        "{news} dans {stories} : {articles} de {outlets}[, dont {silent} de simples échos].",
    ),
    "report.empty": ("No story moved in this time.", "Aucune histoire n’a bougé pendant ce temps."),
    "member": ("{what} of {outlet}[, {when}]", "{what}, source {outlet}[, {when}]"),
    "first": ("{outlet} had it first; {second} {when}", "{outlet} l’a eu en premier ; {second} {when}"),
    "first.alone": ("only {outlet} has it", "seul {outlet} l’a"),
    "echoed": ("Echoed by {count}: {names}.", "Repris par {count} : {names}."),
    "said.via": ("{speaker}, via {via}", "{speaker}, via {via}"),
    "said.according": ("according to {via}", "selon {via}"),
    "seen": ("seen {lag|age} after it was published", "vu {lag|age} après sa publication"),
    "version": ("version {version}", "version {version}"),
    "more articles": (
        "{count} more {count#article#articles} with this text",
        "{count} {count#autre article#autres articles} avec ce texte",
    ),
    "left out": (
        "{count} more new {count#claim#claims} of lesser weight: see the report.",
        "{count} {count#autre affirmation nouvelle#autres affirmations nouvelles} de moindre poids : voir le rapport.",
    ),
    "single": (
        "{count} {count#story#stories} that one article tells and nobody took up",
        "{count} {count#histoire#histoires} qu’un seul article raconte, sans reprise",
    ),
    "others": (
        "{count} more {count#story#stories} that moved before these",
        "{count} {count#autre histoire#autres histoires} qui {count#a#ont} bougé avant celles-ci",
    ),
    "alone": (
        "{count} {count#claim#claims} that nobody else took up",
        "{count} {count#affirmation que personne n’a reprise#affirmations que personne n’a reprises}",
    ),
    "recorded.story": ("On record: both in story {a}.", "Enregistrés tous deux dans l’histoire {a}."),
    "recorded.stories": (
        "On record: A in story {a}, B in story {b}.",
        "Enregistrés : A dans l’histoire {a}, B dans l’histoire {b}.",
    ),
    "recorded.others": (
        "It was decided by several articles of each story, not by these two alone.",
        "Plusieurs articles de chaque histoire en ont décidé, pas ces deux seuls.",
    ),
    "recorded.copies": (
        "On record: the same text (copy group {group}).",
        "Enregistrés comme un même texte (groupe de copies {group}).",
    ),
    "recorded.derives": ("On record: {one} is a {what} of {other}.", "Enregistré : {one} est une {what} de {other}."),
    "recorded.origin": ("On record: both stand for {a|origin}.", "Enregistrés tous deux pour {a|origin}."),
    "recorded.origins": (
        "On record: A stands for {a|origin}, B for {b|origin}.",
        "Enregistrés : A pour {a|origin}, B pour {b|origin}.",
    ),
    "measure reached": ("reaches {threshold}", "atteint {threshold}"),
    "measure missed": ("below {threshold}", "sous {threshold}"),
    "measure within": ("at most {threshold}", "au plus {threshold}"),
    "measure over": ("above {threshold}", "au-dessus de {threshold}"),
    "more": ("and {count} more", "et {count} de plus"),
    "range": ("{low} to {high}", "{low} à {high}"),
    "before": ("{lag|age} before it", "{lag|age} avant"),
}

MATCHING: Mapping[str, Pair] = {
    "copy": (
        "The same text as an earlier article[ of {outlet}]: {shared|percent} of the shorter one is in both.",
        "Le même texte qu’un article antérieur[ de {outlet}] : {shared|percent} du plus court est dans les deux.",
    ),
    "joined": (
        "Reports the same event as the story (score {score|score}).",
        "Rapporte le même événement que l’histoire (score {score|score}).",
    ),
    "founded": (
        "First article of its story[; the nearest other story scored {score|score}].",
        "Premier article de son histoire[ ; la plus proche a un score de {score|score}].",
    ),
    "version": (
        "A new version of an article we had; it keeps its place.",
        "Nouvelle version d’un article déjà vu ; il garde sa place.",
    ),
    "source": (
        "Derives from {outlet}, as a {relation|relation}.",
        "Vient de {outlet} : {relation|relation}.",
    ),
    "origin-credited": ("It credits {origin|origin}.", "Il crédite {origin|origin}."),
    "origin-of-source": (
        "Its origin is that of its source: {origin|origin}.",
        "Son origine est celle de sa source : {origin|origin}.",
    ),
    "origin-cited": (
        "It cites {origin|origin}, and derives from nothing we have seen.",
        "Il cite {origin|origin} et ne vient de rien que nous ayons vu.",
    ),
    "origin-own": (
        "It credits nobody and derives from nothing we have seen: {origin|origin}.",
        "Il ne crédite personne et ne vient de rien que nous ayons vu : {origin|origin}.",
    ),
    "published-before": (
        "Seen late: {outlet} published this text before {of_outlet}.",
        "Vu tard : {outlet} a publié ce texte avant {of_outlet}.",
    ),
    "dispatch-itself": (
        "{outlet} has the agency’s dispatch itself, of which {of_outlet} had a copy.",
        "{outlet} donne la dépêche elle-même, dont {of_outlet} avait une copie.",
    ),
    "fuller-text": (
        "{outlet} has the full text, of which {of_outlet} had a part.",
        "{outlet} donne le texte entier, dont {of_outlet} avait une partie.",
    ),
    "weighed": (
        "Evidence[ for one event: {pro|word}][ – against it: {contra|word}].",
        "Indices[ pour un même événement : {pro|word}][ – contre : {contra|word}].",
    ),
    "not-copy-little": (
        "Not the same text: {shared|percent} of the shorter one is in both, {needed|percent} is needed.",
        "Pas le même texte : {shared|percent} du plus court est dans les deux, il en faut {needed|percent}.",
    ),
    "not-copy-part": (
        "Not the same text: {jaccard|percent} of all their text is in both, {needed|percent} is needed.",
        "Pas le même texte : {jaccard|percent} de tout leur texte est dans les deux, il en faut {needed|percent}.",
    ),
    "not-copy-runs": (
        ("Not the same text: of the {shared|percent} they share, {runs|percent} is in long runs, {needed|percent} is "
         "needed. They share turns of phrase."),
        ("Pas le même texte : des {shared|percent} communs, {runs|percent} forment de longues suites, il en faut "
         "{needed|percent}. Ils partagent des tournures."),
    ),
    "not-copy-places": (
        ("Not the same text: {passages} {passages#passage#passages} of {words} words in both, {shared|percent} of the "
         "shorter one. It takes {needed} passages and {needed_words} words, or {most|percent}."),
        ("Pas le même texte : {passages} {passages#passage commun#passages communs}, {words} mots, {shared|percent} du "
         "plus court. Il faut {needed} passages et {needed_words} mots, ou {most|percent}."),
    ),
    "not-copy-outlet": (
        ("Not the same text: both are of {outlet}, whose articles are copies only as versions of one another; "
         "{shared|percent} of all their text is in both, {needed|percent} is needed."),
        ("Pas le même texte : tous deux sont de {outlet}, dont les articles ne sont des copies que s’ils sont des "
         "versions l’un de l’autre ; {shared|percent} de tout leur texte est dans les deux, il en faut "
         "{needed|percent}."),
    ),
    "not-copy-facts": (
        ("Not the same text: what they share ({shared|percent} of the shorter one) comes with other facts; "
         "{names|percent} of the names and {numbers|percent} of the numbers are in both."),
        ("Pas le même texte : ce qu’ils partagent ({shared|percent} du plus court) va avec d’autres faits ; "
         "{names|percent} des noms et {numbers|percent} des nombres sont dans les deux."),
    ),
    "template": (
        ("Not the same text: much the same wording ({shared|percent}) with other facts, as when one form is filled in "
         "twice[; {names|percent} of the names][ and {numbers|percent} of the numbers in both]."),
        ("Pas le même texte : presque les mêmes mots ({shared|percent}) pour d’autres faits, comme un modèle rempli "
         "deux fois[ ; {names|percent} des noms][ et {numbers|percent} des nombres en commun]."),
    ),
    "same-copy": (
        "The two carry the same text: {shared|percent} of the shorter one is in both.",
        "Les deux ont le même texte : {shared|percent} du plus court est dans les deux.",
    ),
    "same-story": (
        "The two report the same event (score {score|score}).",
        "Les deux rapportent le même événement (score {score|score}).",
    ),
    "different": (
        "The two do not report the same event: score {score|score}, {threshold|score} is needed.",
        "Les deux ne rapportent pas le même événement : score {score|score}, il faut {threshold|score}.",
    ),
}

CLAIMS: Mapping[str, Pair] = {
    "first-of-story": (
        "Nobody had said it: this article opens the story.",
        "Personne ne l’avait dit : cet article ouvre l’histoire.",
    ),
    "unheard": ("No earlier article of the story says it.", "Aucun article antérieur de l’histoire ne le dit."),
    "same-text": (
        "Word for word as in {outlet}, {hours|hours} earlier.",
        "Mot pour mot comme {outlet}, {hours|hours} plus tôt.",
    ),
    "same-claim": (
        ("{outlet} had it {hours|hours} earlier[, in {language|language}][, from the same speaker{speaker|mute}]"
        "[, with the same {figures#figure#figures}: {figures|figures}]."),
        ("{outlet} l’avait {hours|hours} plus tôt[, en {language|language}][, de la même bouche{speaker|mute}]"
        "[, avec {figures#le même chiffre#les mêmes chiffres} : {figures|figures}]."),
    ),
    "covered": (
        "Earlier articles of the story say all of it between them; the nearest is {outlet}, {hours|hours} earlier.",
        "Les articles antérieurs de l’histoire disent déjà tout cela ; au plus près {outlet}, {hours|hours} plus tôt.",
    ),
    "detail": (
        ("{outlet} had the like {hours|hours} earlier[, but nobody had given {unseen_figures|figures}]"
        "[; with {unseen_names#a new name#new names}]."),
        ("{outlet} avait l’équivalent {hours|hours} plus tôt[, mais personne n’avait donné {unseen_figures|figures}]"
        "[ ; avec {unseen_names#un nom inédit#des noms inédits}]."),
    ),
    "lagged": (
        "Old news: {outlet} had it {hours|hours} earlier.",
        "Déjà ancien : {outlet} l’avait {hours|hours} plus tôt.",
    ),
    "updates": (  # an article may update, deny or confirm its own claim: then there is no outlet to name
        "Another figure[: {was|figures}][ in {outlet} {hours|hours} earlier][, now {now|figures}].",
        "Autre chiffre[ : {was|figures}][ chez {outlet} {hours|hours} plus tôt][, {now|figures} à présent].",
    ),
    "changes": (
        "Changes what was said[: {outlet} had it {hours|hours} earlier].",
        "Change ce qui a été dit[ : {outlet} l’avait {hours|hours} plus tôt].",
    ),
    "denies": (
        "Denies an earlier claim[: {outlet} had it {hours|hours} earlier].",
        "Dément une affirmation antérieure[ : {outlet} l’avait {hours|hours} plus tôt].",
    ),
    "confirms": (
        (
            "Another speaker confirms it[: {outlet} had it {hours|hours} earlier]"
            "[; same {figures#figure#figures}: {figures|figures}]."
        ),
        (
            "Quelqu’un d’autre le confirme[ : {outlet} l’avait {hours|hours} plus tôt]"
            "[ ; {figures#même chiffre#mêmes chiffres} : {figures|figures}]."
        ),
    ),
    "new-source": (
        "{outlet} had it {hours|hours} earlier; this is its first independent source[: {origin|origin}].",
        "{outlet} l’avait {hours|hours} plus tôt ; voici sa première source indépendante[ : {origin|origin}].",
    ),
    "new-number": (
        "{outlet} had the like {hours|hours} earlier, but nobody had given {numbers}.",
        "{outlet} avait l’équivalent {hours|hours} plus tôt, mais personne n’avait donné {numbers}.",
    ),
}

RULINGS: Mapping[str, Pair] = {
    "override-same": (
        "You ruled on {made|day} that it tells the same story as {outlet}[: {note}].",
        "Vous avez tranché le {made|day} : même histoire que chez {outlet}[ ({note})].",
    ),
    "override-different": (
        "You ruled on {made|day} that it does not belong with {outlet}[: {note}].",
        "Vous avez tranché le {made|day} : autre histoire que chez {outlet}[ ({note})].",
    ),
    "override-follows": (
        "It goes with the article of {outlet}, which you moved.",
        "Il suit l’article de {outlet}, que vous avez déplacé.",
    ),
    "ruled-same": (
        "You ruled on {made|day} that the two tell one story[: {note}].",
        "Vous avez tranché le {made|day} : les deux racontent la même histoire[ ({note})].",
    ),
    "ruled-different": (
        "You ruled on {made|day} that these are different[: {note}].",
        "Vous avez tranché le {made|day} : ce sont deux histoires différentes[ ({note})].",
    ),
    "story-merged": (
        ("[You ruled on {made|day}: ][You took back your ruling of {undone|day}: ]"
         "story {from_story} became part of {to_story} ({articles} {articles#article#articles})[; {note}]."),
        ("[Vous avez tranché le {made|day} : ][Vous êtes revenu sur votre décision du {undone|day} : ]"
         "l’histoire {from_story} a rejoint {to_story} ({articles} {articles#article#articles})[ ; {note}]."),
    ),
    "story-split": (
        ("[You ruled on {made|day}: ][You took back your ruling of {undone|day}: ]"
         "{articles} {articles#article#articles} of {from_story} {articles#is#are} "
         "{articles#a story of its own#a story of their own} now, {to_story}[; {note}]."),
        ("[Vous avez tranché le {made|day} : ][Vous êtes revenu sur votre décision du {undone|day} : ]"
         "{articles} {articles#article#articles} de {from_story} {articles#forme#forment} désormais "
         "une histoire à part, {to_story}[ ; {note}]."),
    ),
    "article-moved": (
        ("[You ruled on {made|day}: ][You took back your ruling of {undone|day}: ]"
         "{articles} {articles#article#articles} went from story {from_story} to {to_story}[; {note}]."),
        ("[Vous avez tranché le {made|day} : ][Vous êtes revenu sur votre décision du {undone|day} : ]"
         "{articles} {articles#article est passé#articles sont passés} "
         "de l’histoire {from_story} à {to_story}[ ; {note}]."),
    ),
    "claims-weighed-again": (
        ("After your ruling[ of {made|day}][ of {undone|day} was taken back] the claims of {articles} "
         "{articles#article#articles} were weighed again: {changed} of {mentions} changed."),
        ("Après votre décision[ du {made|day}][ du {undone|day}, annulée], les affirmations de {articles} "
         "{articles#article#articles} ont été pesées à nouveau : {changed} sur {mentions} {changed#a#ont} changé."),
    ),
}

LATENESS: Mapping[str, Pair] = {
    "earlier-seen": (
        "Seen late: {outlet} published it {hours|hours} before {of_outlet}, the first we had.",
        "Vu tard : {outlet} l’a publié {hours|hours} avant {of_outlet}, le premier que nous avions.",
    ),
    "earlier-seen-claims": (
        "Seen late: {outlet} had {claims} of these claims up to {hours|hours} before {of_outlet}.",
        "Vu tard : {outlet} avait {claims} de ces affirmations jusqu’à {hours|hours} avant {of_outlet}.",
    ),
}

PHRASES: Mapping[str, Pair] = {**ALERTS, **MATCHING, **CLAIMS, **RULINGS, **LATENESS}

WORDS: Mapping[str, Pair] = {
    "status.new": ("new", "nouveau"),
    "status.update": ("update", "mise à jour"),
    "status.denial": ("denial", "démenti"),
    "status.confirmation": ("confirmation", "confirmation"),
    "status.new-source": ("new source", "nouvelle source"),
    "status.detail": ("new detail", "nouveau détail"),
    "status.echo": ("echo", "écho"),
    "status.lagged": ("old news resold", "resservi"),
    "relation.original": ("original", "original"),
    "relation.copy": ("copy", "copie"),
    "relation.rewrite": ("rewrite", "réécriture"),
    "relation.translation": ("translation", "traduction"),
    "relation.follow-up": ("follow-up", "suite"),
    "relation.trim": ("trimmed copy", "copie abrégée"),
    "own reporting": ("own reporting", "sa propre rédaction"),
    "language.en": ("English", "anglais"),
    "language.fr": ("French", "français"),
    "language.de": ("German", "allemand"),
    "language.es": ("Spanish", "espagnol"),
    "language.it": ("Italian", "italien"),
    "language.pt": ("Portuguese", "portugais"),
    "language.nl": ("Dutch", "néerlandais"),
    "language.und": ("unknown language", "langue inconnue"),
    "one.article": ("article", "article"),
    "many.article": ("articles", "articles"),
    "one.outlet": ("outlet", "média"),
    "many.outlet": ("outlets", "médias"),
    "one.story": ("story", "histoire"),
    "many.story": ("stories", "histoires"),
    "one.origin": ("origin", "origine"),
    "many.origin": ("origins", "origines"),
    "one.independent": ("independent", "indépendant"),
    "many.independent": ("independent", "indépendants"),
    "one.claim": ("claim", "affirmation"),
    "many.claim": ("claims", "affirmations"),
    "one.new claim": ("new claim", "nouvelle affirmation"),
    "many.new claim": ("new claims", "nouvelles affirmations"),
    "one.copy group": ("copy group", "groupe de copies"),
    "many.copy group": ("copy groups", "groupes de copies"),
    "one.echo": ("echo", "écho"),
    "many.echo": ("echoes", "échos"),
    "report": ("Echowire report", "Rapport Echowire"),
    "since": ("since", "depuis"),
    "topic": ("about", "sujet"),
    "first published": ("first published", "première publication"),
    "first seen": ("first seen", "première vue"),
    "never dated": ("no date given", "sans date"),
    "what is new": ("What is new", "Ce qui est nouveau"),
    "the texts": ("The texts", "Les textes"),
    "the claims": ("The claims", "Les affirmations"),
    "history": ("What happened to it", "Son histoire"),
    "events": ("Changes of history", "Changements dans l’histoire"),
    "figures": ("figures", "chiffres"),
    "translated from": ("in", "en"),
    "why": ("why", "pourquoi"),
    "told before": ("You were told before:", "Déjà signalé :"),
    "before": ("Before:", "Avant :"),
    "watch": ("Watch", "Veille"),
    "whole report": ("The whole report:", "Le rapport entier :"),
    "times in": ("Times in", "Heures en"),
    "one.silent": ("article was a mere echo", "article n’était qu’un écho"),
    "many.silent": ("articles were mere echoes", "articles n’étaient que des échos"),
    "seen at once": ("seen as it was published", "vu dès sa publication"),
    "stories": ("Stories", "Histoires"),
    "first tick": ("first", "premier"),
    "nothing new since": ("Nothing but echoes.", "Rien que des échos."),
    "legend": (
        "Each block is one text. A full mark brought something new, a hollow one only echoed.",
        "Chaque bloc est un même texte. Un point plein apporte du nouveau, un point creux n’est qu’un écho.",
    ),
    "own reporting key": ("an outlet’s own reporting", "travail propre d’un média"),
    **SIDE_BY_SIDE,
    "open a claim": (
        "Open a claim to see what became of it and who only repeated it.",
        "Ouvrez une affirmation pour voir ce qu’elle est devenue et qui l’a seulement répétée.",
    ),
    "times": ("Times are given in", "Les heures sont données en"),
    "self-contained": (
        "This page holds no script and calls nobody.",
        "Cette page ne contient aucun script et n’appelle personne.",
    ),
    "means.new": ("nobody had said it before", "personne ne l’avait dit"),
    "means.update": (
        "a known claim with another figure or state",
        "une affirmation connue, avec un autre chiffre ou état",
    ),
    "means.denial": ("says that a known claim is false", "dit qu’une affirmation connue est fausse"),
    "means.confirmation": ("another speaker says the same", "quelqu’un d’autre le confirme"),
    "means.new-source": ("known, now from an independent source", "déjà connu, d’une source indépendante cette fois"),
    "means.detail": (
        "known, with a number, name or quote nobody had",
        "déjà connu, avec un chiffre, un nom ou une citation inédits",
    ),
    "means.echo": ("said before; never alerts", "déjà dit ; n’alerte jamais"),
    "means.lagged": ("old news told again; never alerts", "une vieille nouvelle redite ; n’alerte jamais"),
    "one.text": ("text", "texte"),
    "many.text": ("different texts", "textes différents"),
    "one.status.new": ("new claim", "affirmation nouvelle"),
    "many.status.new": ("new claims", "affirmations nouvelles"),
    "one.status.update": ("update", "mise à jour"),
    "many.status.update": ("updates", "mises à jour"),
    "one.status.denial": ("denial", "démenti"),
    "many.status.denial": ("denials", "démentis"),
    "one.status.confirmation": ("confirmation", "confirmation"),
    "many.status.confirmation": ("confirmations", "confirmations"),
    "one.status.new-source": ("new source", "nouvelle source"),
    "many.status.new-source": ("new sources", "nouvelles sources"),
    "one.status.detail": ("new detail", "nouveau détail"),
    "many.status.detail": ("new details", "nouveaux détails"),
    "one.status.echo": ("echo", "écho"),
    "many.status.echo": ("echoes", "échos"),
    "one.status.lagged": ("piece of old news", "information resservie"),
    "many.status.lagged": ("pieces of old news", "informations resservies"),
    "nothing new": ("nothing new", "rien de nouveau"),
    "; ": ("; ", " ; "),
    "at once": ("within a minute", "dans la minute"),
    "one.million": ("million", "million"),
    "many.million": ("million", "millions"),
    "one.billion": ("billion", "milliard"),
    "many.billion": ("billion", "milliards"),
    "bound.about": ("about", "environ"),
    "bound.at-least": ("at least", "au moins"),
    "bound.up-to": ("up to", "jusqu’à"),
    "yes": ("yes", "oui"),
    "no": ("no", "non"),
    "no reason given": ("no reason given", "sans raison donnée"),
}
