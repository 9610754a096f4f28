"""What a notice promises is read by rules: quoted as it stands, never invented, and the rest told as unread."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bandeau.audit.promises import read_promises, read_text
from bandeau.audit.promises.reading import LONGEST_TEXT, guess
from bandeau.audit.promises.rules import LANGUAGES, kinds, language
from bandeau.audit.seen import Control, Layer, Notice, Role, Switch

MISSION = """Vos choix sur les traceurs
En cliquant sur « Tout accepter », vous consentez au traitement par Éditions du Port SAS de vos données personnelles \
(adresses IP, données de navigation, données d’utilisation ou de géolocalisation, interactions avec les réseaux \
sociaux, données nécessaires à l’utilisation de l’espace commentaires).
En cliquant sur « Tout refuser », seuls des traceurs techniques, strictement limités au fonctionnement du site ou à la \
mesure d’audience, seront déposés et lus sur votre terminal.
« Tout refuser » ne permet pas l’option « commentaires » ; pour commenter, acceptez les traceurs « réseaux sociaux ».
Un bandeau coloré montre si le dépôt de cookies et la création de profils sont autorisés (vert) ou refusés (rouge).
Si vous désactivez les réseaux sociaux, ils cessent de suivre votre visite.
Vos choix peuvent être modifiés à tout moment par « Paramétrer vos choix ».
Notre politique de confidentialité vous informe de vos droits et de nos pratiques en matière de cookies.
"""


def said(text: str, tag: str = "") -> dict[str, dict[str, str]]:
    return {promise.kind: dict(promise.says) for promise in read_text(text, tag)[0]}


def examples() -> list[tuple[str, str, str]]:
    return [(code, rule.kind, text) for code in LANGUAGES for rule in language(code).rules for text in rule.examples]


@pytest.mark.parametrize(("code", "kind", "text"), examples())
def test_every_rule_reads_its_examples(code: str, kind: str, text: str) -> None:
    assert kind in said(text, code)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_kind_is_read_in_every_language(code: str) -> None:
    assert {rule.kind for rule in language(code).rules} == set(kinds())


def test_the_notice_of_a_newspaper_is_read_whole() -> None:
    promises, unread = read_text(MISSION)
    found = {promise.kind: dict(promise.says) for promise in promises}
    categories = "browsing, comments, geolocation, ip-address, social-interactions, usage"
    assert found == {
        "controller": {"name": "Éditions du Port SAS"},
        "data": {"categories": categories, "if": "accepted"},
        "refusal-leaves": {"leaves": "audience, functioning"},
        "needs-acceptance": {"feature": "comments"},
        "indicator": {"allowed": "green", "refused": "red"},
        "stops-following": {"purpose": "social"},
        "change": {"control": "Paramétrer vos choix", "when": "any time"},
        "policy": {},
    }
    assert unread == ("Vos choix sur les traceurs",)


SCOPES = [
    ("de", "Wir nutzen Cookies für Statistik, nicht für Werbung.", "purposes", {"purposes": "audience"}),
    ("en", "The controller is Harbour Press plc of 4 Quay Street.", "controller", {"name": "Harbour Press plc"}),
    (
        "de",
        "Verantwortlich für Ihre Daten ist die Kai Verlag GmbH & Co. KG.",
        "controller",
        {"name": "Kai Verlag GmbH & Co. KG"},
    ),
    ("en", "The controller is Blue, Inc. and nobody else.", "controller", {"name": "Blue, Inc."}),
    ("es", "El responsable es Prensa del Muelle, S.L. Solo ella.", "controller", {"name": "Prensa del Muelle, S.L."}),
    ("fr", "Nous ne vendons pas vos données, sauf à nos filiales.", "no-sale", {"except": "à nos filiales"}),
    ("en", "We never sell your data without your consent.", "no-sale", {"except": "without your consent"}),
    ("en", "We never sell your data, except to our sister firms.", "no-sale", {"except": "to our sister firms"}),
    ("en", "If you accept, we use cookies for advertising.", "purposes", {"purposes": "advertising", "if": "accepted"}),
    (
        "fr",
        "Si vous acceptez, nous collectons votre adresse IP.",
        "data",
        {"categories": "ip-address", "if": "accepted"},
    ),
    ("en", "Your choice is kept for six (6) months.", "choice-lifetime", {"lifetime": "15768000"}),
    ("en", "Your choice is kept for twenty-four months.", "choice-lifetime", {"lifetime": "63072000"}),
    ("fr", "Votre choix est conservé dix-huit (18) mois.", "choice-lifetime", {"lifetime": "47304000"}),
    ("en", "We and our 1,467 partners use cookies.", "partners", {"count": "1467"}),
    ("fr", "Nous et nos 1 467 partenaires utilisons des cookies.", "partners", {"count": "1467"}),
    ("de", "Ihre Antwort merken wir uns ein halbes Jahr.", "choice-lifetime", {"lifetime": "15768000"}),
    ("nl", "Na een half jaar vragen wij het opnieuw.", "choice-lifetime", {"lifetime": "15768000"}),
    ("nl", "Wij en onze zes partners gebruiken cookies.", "partners", {"count": "6"}),
]


@pytest.mark.parametrize(("code", "text", "kind", "says"), SCOPES)
def test_exceptions_conditions_and_values_are_read_along(code: str, text: str, kind: str, says: dict[str, str]) -> None:
    assert said(text, code)[kind] == says


DENIED = [
    ("en", "We do not use cookies for advertising.", "purposes"),
    ("en", "We do not collect your IP address.", "data"),
    ("en", "You cannot change your choice later.", "change"),
    ("en", "Continuing to browse this site does not mean that you consent.", "scrolling"),
    ("en", "We do not honour the Global Privacy Control signal.", "gpc"),
    ("en", "IP addresses are not anonymised.", "ip-anonymised"),
    ("en", "Our statistics are not anonymous.", "anonymous-statistics"),
    ("en", "Withdrawing consent is not as easy as giving it.", "easy-withdrawal"),
    ("en", "We do not rely on our legitimate interest.", "legitimate-interest"),
    ("en", "Do we sell your data?", "no-sale"),
    ("en", "We cannot guarantee that your data is never sold.", "no-sale"),
    ("en", "You can still read every article even if you decline, or can you?", "free-access"),
    ("fr", "Nous n’utilisons pas de cookies pour la publicité.", "purposes"),
    ("fr", "Nous ne collectons jamais votre adresse IP.", "data"),
    ("fr", "Poursuivre votre navigation ne signifie pas que vous acceptez les cookies.", "scrolling"),
    ("fr", "Nous ne respectons pas le signal Global Privacy Control.", "gpc"),
    ("fr", "Les adresses IP ne sont pas anonymisées.", "ip-anonymised"),
    ("fr", "Nos statistiques ne sont pas anonymes.", "anonymous-statistics"),
    ("fr", "Nous ne pouvons pas garantir que vos données ne sont jamais revendues.", "no-sale"),
    ("fr", "Votre choix est conservé quatre-vingt-treize jours.", "choice-lifetime"),
    ("fr", "Un bon bandeau dirait qu’aucun traceur n’est posé avant l’accord.", "consent-first"),
    ("en", "If I ran a website, you could change your mind whenever you wished.", "change"),
    ("en", "One publisher boasted that it never sells data.", "no-sale"),
    ("fr", "Nos billets ne sont pas vendus en ligne.", "no-sale"),
    ("fr", "Vous pouvez modifier votre commande à tout moment dans votre compte.", "change"),
    ("en", "Your IP address is deleted after 6 months.", "ip-anonymised"),
    ("en", "By continuing you can accept or refuse cookies.", "scrolling"),
]


@pytest.mark.parametrize(("code", "text", "kind"), DENIED)
def test_what_is_denied_or_asked_is_not_promised(code: str, text: str, kind: str) -> None:
    assert kind not in said(text, code)


def test_the_names_of_controls_are_no_text_and_a_policy_link_brings_its_address() -> None:
    layer = Layer(
        number=1,
        text="We use cookies to measure our audience.\nSee our cookie policy.\nAccept all.\nStatistics:\nHello there",
        language="en",
        controls=(
            Control(role=Role.ACCEPT, text="Accept all"),
            Control(role=Role.POLICY, text="cookie policy", tag="a", href="https://example.org/cookies"),
        ),
        switches=(Switch(label="Statistics", on=False),),
    )
    promises, unread = read_promises(Notice(found_by="words", layers=(layer,)))
    assert [(promise.kind, promise.quote) for promise in promises] == [
        ("purposes", "We use cookies to measure our audience."),
        ("policy", "See our cookie policy."),
    ]
    assert promises[1].says["address"] == "https://example.org/cookies"
    assert unread == ("Hello there",)


def test_a_control_is_known_by_its_name_where_the_text_has_no_quotation_marks() -> None:
    layer = Layer(
        number=1,
        text="You can change your choice at any time through Cookie settings below.",
        controls=(Control(role=Role.SETTINGS, text="Cookie settings"),),
    )
    (promise,), _ = read_promises(Notice(found_by="words", layers=(layer,)), language="en")
    assert promise.says["control"] == "Cookie settings"


@pytest.mark.parametrize(
    ("code", "text", "control"),
    [
        ("en", "You can undo this at any time under Privacy settings in the footer.", "Privacy settings"),
        ("fr", "Vous pouvez revoir vos choix via Gestion des cookies en bas de page.", "Gestion des cookies"),
        ("en", "You can change your choice at any time in the cookie settings.", ""),
    ],
)
def test_a_control_without_marks_is_known_by_its_capital(code: str, text: str, control: str) -> None:
    assert said(text, code)["change"].get("control", "") == control


@pytest.mark.parametrize(
    ("tag", "text", "code"),
    [
        ("", "We use cookies to measure the audience of this site.", "en"),
        ("fr", "We use cookies to measure the audience of this site and to show you ads.", "en"),
        ("fr-CA", "Nous utilisons des cookies", "fr"),
        ("pl", "Używamy plików cookie, aby mierzyć oglądalność.", ""),
        ("", "Používáme soubory cookie k měření návštěvnosti.", ""),
        ("", "", ""),
    ],
)
def test_the_language_is_that_of_the_words(tag: str, text: str, code: str) -> None:
    assert guess(text, tag) == code


def test_a_text_in_a_language_without_rules_is_unread() -> None:
    text = "Używamy plików cookie. Możesz zmienić zdanie."
    assert read_text(text, "pl") == ((), ("Używamy plików cookie.", "Możesz zmienić zdanie."))


PIECES = st.sampled_from(
    [text for _, _, text in examples()] + ["«", "„", ". ", "?\n", " 12 ", " 1 000 mois", "z. B. ", "’", "\x00"]
)


@settings(deadline=None)
@given(st.lists(PIECES | st.text(max_size=20), max_size=12), st.sampled_from(["", "fr", "en-GB", "de", "zz"]))
def test_all_of_a_text_is_either_quoted_or_unread(pieces: list[str], tag: str) -> None:
    """Whatever stands there: no error, every quote is cut out of the text, and no word goes lost."""
    text = " ".join(pieces)
    promises, unread = read_text(text, tag)
    pieces = [*dict.fromkeys(promise.quote for promise in promises), *unread]
    assert all(piece in text for piece in pieces)
    rest = text
    for piece in sorted(pieces, key=len, reverse=True):
        rest = rest.replace(piece, " ")
    assert not rest.split()


@pytest.mark.parametrize(
    "unit", ["a", "a ", "cookies ", "We ", "refuse only ", "« ", "1 ", "without your consent ", "A. "]
)
def test_work_grows_in_proportion_to_the_text(unit: str) -> None:
    def work(length: int) -> float:
        text = unit * (length // len(unit))
        began = time.thread_time()
        read_text(text, "en")
        return time.thread_time() - began

    work(1000)
    assert min(work(40_000) for _ in range(2)) < 10 * max(min(work(10_000) for _ in range(3)), 0.01)


def test_what_lies_beyond_the_longest_text_is_unread() -> None:
    text = "word " * (LONGEST_TEXT // 5) + "We do not sell your data."
    promises, unread = read_text(text, "en")
    assert not promises
    assert unread[-1] == "We do not sell your data."


@pytest.mark.parametrize(
    ("code", "text", "name"),
    [
        ("es", "El responsable del tratamiento es Prensa del Muelle, S. L.", "Prensa del Muelle, S. L."),
        ("it", "Titolare del trattamento: Stampa del Porto S.p.A.", "Stampa del Porto S.p.A."),
        ("en", "The data controller is Harbour Press, Inc., of Dover.", "Harbour Press, Inc."),
        ("en", "The data controller is Harbour Press, Dover.", "Harbour Press"),
        ("it", "Titolare del trattamento: Accademia degli Scogli", "Accademia degli Scogli"),
    ],
)
def test_a_company_is_named_with_its_legal_form(code: str, text: str, name: str) -> None:
    (promise,) = read_text(text, code)[0]
    assert promise.says["name"] == name


def test_the_name_of_a_switch_is_no_company() -> None:
    promises, _ = read_text('Turn off "Advertising" and our 3 partners use nothing of you. We use cookies.', "en")
    assert "controller" not in {promise.kind for promise in promises}


@pytest.mark.parametrize(
    ("text", "control"),
    [
        ("U kunt uw toestemming op elk moment intrekken via 'Mijn cookies'.", "Mijn cookies"),
        ("U kunt de foto's zien en uw keuze op elk moment wijzigen, ook op pagina's van anderen.", ""),
    ],
)
def test_single_quotation_marks_hold_a_name_and_an_apostrophe_holds_none(text: str, control: str) -> None:
    changes = [promise for promise in read_text(text, "nl")[0] if promise.kind == "change"]
    assert [change.says.get("control", "") for change in changes] == [control]


ANSWERED = [
    ("Do you sell my data? No.", {"no-sale": {}}),
    ("Do you sell my data? Never, and nobody asked.", {"no-sale": {}}),
    ("Do you sell my data? Yes.", {}),
    ("Do you sell my data? That depends.", {}),
    ("Can I change my choice later? Yes, at any time.", {"change": {"when": "any time"}}),
    ("How long do you keep my choice? Sure. Six months.", {"choice-lifetime": {"lifetime": "15768000"}}),
    ("Can I change my choice later? No.", {}),
    ("Can I change my choice later?", {}),
    ("Harbour Press Ltd is the controller of your data? No.", {}),
    ("When do you ask again? After six months.", {"choice-lifetime": {"lifetime": "15768000"}}),
    ("When do you ask again? We do not know. The shop opens after six months.", {}),
]


@pytest.mark.parametrize(("text", "promises"), ANSWERED)
def test_an_answer_is_read_together_with_its_question(text: str, promises: dict[str, dict[str, str]]) -> None:
    """A question promises nothing, nor does an answer that leaves it open; a "no" denies what was asked."""
    assert said(text, "en") == promises


def test_a_promise_that_takes_question_and_answer_quotes_both() -> None:
    (promise,), unread = read_text("Hello. Do you sell my data? No. Goodbye.", "en")
    assert promise.quote == "Do you sell my data? No."
    assert unread == ("Hello.", "Do you sell my data?", "Goodbye.")
