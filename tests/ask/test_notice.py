"""What stands in the publisher's pages: banner, control, placeholder. All of it comes from the declaration."""

from __future__ import annotations

import dataclasses
import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser as Parser

from bandeau.ask.notice import View, banner, control, notice_text, placeholder
from bandeau.changes import Change, Lapse, Widening
from bandeau.decide import Policy, accept_all
from bandeau.model import Choice, Declaration, HeldEmbed, PersonalData, Placeholder, Purpose, Site
from support.newsroom import ADS, COMMENTS, EXEMPT, NEWSROOM, PURPOSES, SITE, VIDEO

COMMENT_SENTENCE = (
    "« Tout refuser » n’autorise pas l’option « commentaires » ; pour commenter, acceptez les traceurs "
    "« réseaux sociaux », par « Tout accepter » ou dans « Paramétrer vos choix »."
)


def view(
    choice: Choice | None = None, language: str = "fr", declaration: Declaration = NEWSROOM, **more: object
) -> View:
    signal = bool(more.pop("signal", False))
    return View(Policy(declaration, choice, signal=signal), language, back=str(more.pop("back", "/article?page=2")))


def words_of(markup: str) -> str:
    """The text that a reader sees, its no-break spaces as plain ones."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", "", markup)))


def buttons(markup: str) -> list[dict[str, str | None]]:
    return [node.attributes for node in Parser(markup).css("button")]


def test_r1_the_banner_names_the_controller_and_every_category_that_is_used() -> None:
    text = words_of(banner(view()))
    assert "Éditions du Port SAS" in text
    for data in (
        "adresse IP",
        "données de navigation",
        "données d’utilisation",
        "données de géolocalisation",
        "interactions avec les réseaux sociaux",
        "données nécessaires à l’espace commentaires",
    ):
        assert data in text
    assert "coordonnées" not in text
    assert "achats" not in text


def test_r1_a_category_that_no_asked_service_uses_any_more_is_not_named() -> None:
    fewer = dataclasses.replace(NEWSROOM, services=(*EXEMPT, VIDEO))
    assert "interactions avec les réseaux sociaux" not in words_of(banner(view(declaration=fewer)))


def test_the_banner_names_the_purposes_and_counts_the_recipients_with_the_way_to_their_list() -> None:
    markup = banner(view())
    assert "pour : réseaux sociaux, contenus intégrés et publicité." in words_of(markup)
    link = Parser(markup).css_first("a")
    assert link.text() == "4 autres destinataires"
    assert link.attributes["href"] == "/.bandeau/settings?back=%2Farticle%3Fpage%3D2&lang=fr"


def test_one_other_recipient_is_spoken_of_in_the_singular() -> None:
    one = dataclasses.replace(NEWSROOM, services=(*EXEMPT, VIDEO))
    assert "Éditions du Port SAS et 1 autre destinataire, pour" in words_of(banner(view(declaration=one)))


def test_a_controller_that_is_the_only_recipient_stands_alone() -> None:
    own = dataclasses.replace(VIDEO, recipient=SITE.controller.name, personal_data=())
    alone = dataclasses.replace(NEWSROOM, services=(*EXEMPT, own))
    assert "vos données personnelles par Éditions du Port SAS, pour" in words_of(banner(view(declaration=alone)))


def test_r2_the_banner_says_what_refusing_leaves() -> None:
    said = "strictement limités au fonctionnement du site ou à la mesure d’audience, seront déposés et lus"
    assert said in words_of(banner(view()))


def test_refusing_leaves_no_audience_measurement_where_none_is_exempt() -> None:
    asked = (PURPOSES[0], *PURPOSES[2:])
    without = Declaration(SITE, asked, (EXEMPT[0], COMMENTS))
    text = words_of(banner(view(declaration=without)))
    assert "strictement limités au fonctionnement du site, seront" in text


def test_r4_the_banner_says_that_comments_need_their_trackers_only_where_they_do() -> None:
    said = "n’autorise pas l’option « commentaires » ; pour commenter, acceptez les traceurs « réseaux sociaux »"
    assert said in words_of(banner(view()))
    without = dataclasses.replace(NEWSROOM, services=(*EXEMPT, VIDEO, ADS))
    assert "commentaires" not in words_of(banner(view(declaration=without)))


def test_r10_accepting_refusing_and_setting_are_three_buttons_that_differ_in_words_only() -> None:
    accept, refuse, settings = buttons(banner(view()))
    assert (accept["value"], refuse["value"]) == ("accept-all", "refuse-all")
    assert (settings["formmethod"], settings["formaction"]) == ("get", "/.bandeau/settings")
    assert {each["class"] for each in (accept, refuse, settings)} == {"bandeau-button"}
    assert [node.text() for node in Parser(banner(view())).css("button")] == [
        "Tout accepter",
        "Tout refuser",
        "Paramétrer vos choix",
    ]


def test_the_banner_speaks_english_and_says_so() -> None:
    region = Parser(banner(view(language="en"))).css_first("section")
    assert (region.id, region.attributes["lang"], region.attributes["dir"]) == ("bandeau-notice", "en", "ltr")
    assert [node.text() for node in region.css("button")] == ["Accept all", "Refuse all", "Set your choices"]


def test_a_browser_signal_is_acknowledged() -> None:
    assert "Global Privacy Control" in words_of(banner(view(signal=True)))
    assert "Global Privacy Control" not in words_of(banner(view()))


def test_words_of_the_publishers_own_stand_in_for_ours_and_are_archived_as_they_were_shown() -> None:
    own = {"fr": {"banner.title": "Vos cookies : à vous !", "actions.refuse-all": "Non merci"}}
    declared = dataclasses.replace(NEWSROOM, site=dataclasses.replace(SITE, texts=own))
    markup = banner(view(declaration=declared))
    assert "Vos cookies : à vous !" in words_of(markup)
    assert "cookies\N{NO-BREAK SPACE}: à vous\N{NO-BREAK SPACE}!" in markup
    assert [node.text() for node in Parser(markup).css("button")][1] == "Non merci"
    assert "« Non merci » : seuls" in words_of(markup)
    text = notice_text(view(declaration=declared))
    assert "Vos cookies" in text
    assert "Tout refuser" not in text
    assert banner(view(declaration=declared, language="en")) == banner(view(language="en"))
    assert "Non merci" in control(view(accept_all(NEWSROOM), declaration=declared))


def test_words_of_the_publishers_own_cannot_become_markup() -> None:
    own = {"fr": {"banner.title": "<b>&amp;", "banner.signal": "<i>"}}
    declared = dataclasses.replace(NEWSROOM, site=dataclasses.replace(SITE, texts=own))
    assert "<h2>&lt;b&gt;&amp;amp;</h2><p>&lt;i&gt;</p>" in banner(view(declaration=declared, signal=True))


@pytest.mark.parametrize(
    ("choice", "state"),
    [
        (None, "tout est refusé"),
        (Choice(), "tout est refusé"),
        (Choice.of(services=["comments"]), "autorisé en partie"),
        (accept_all(NEWSROOM), "tout est autorisé"),
    ],
)
def test_r8_the_control_leads_to_the_settings_and_says_how_things_stand(choice: Choice | None, state: str) -> None:
    link = Parser(control(view(choice))).css_first("#bandeau-control > a")
    assert words_of(link.html or "") == f"Paramétrer vos choix ({state})"
    assert link.attributes["href"] == "/.bandeau/settings?back=%2Farticle%3Fpage%3D2&lang=fr"


def test_r8_withdrawing_takes_one_click_wherever_anything_is_allowed() -> None:
    assert [each["value"] for each in buttons(control(view(Choice.of(services=["video"]))))] == ["refuse-all"]
    assert buttons(control(view(Choice()))) == []


def test_r4_the_comment_spaces_placeholder_says_exactly_why_and_allows_this_one_service() -> None:
    markup = placeholder(view(Choice()), HeldEmbed("comments", "palabre.localhost"))
    assert COMMENT_SENTENCE in words_of(markup)
    (allow,) = buttons(markup)
    assert (allow["name"], allow["value"], allow["form"]) == ("service", "comments", "bandeau-allow")
    assert allow["formaction"] == "/.bandeau/choice#comments"
    assert Parser(markup).css_first("span").id == "bandeau-held-comments"


@pytest.mark.parametrize("part", [banner, control])
def test_the_form_of_the_placeholders_buttons_is_in_the_banner_and_in_the_control(part: object) -> None:
    form = Parser(part(view())).css_first("form#bandeau-allow")  # type: ignore[operator]
    sent = {node.attributes["name"]: node.attributes["value"] for node in form.css("input")}
    assert sent == {"back": "/article?page=2", "lang": "fr", "action": "allow-service"}


def test_a_placeholder_can_stand_in_a_paragraph_and_in_a_form_of_the_page() -> None:
    markup = placeholder(view(), HeldEmbed("video", "video.localhost", link="https://video.localhost/1"))
    assert {node.tag for node in Parser(markup, is_fragment=True).css("*")} <= {"span", "b", "button", "a"} | {
        "-text",
        "html",
    }


def test_what_can_be_shown_once_offers_that_first_by_a_form_of_its_own() -> None:
    plain, offered = (
        placeholder(view(), HeldEmbed("video", "video.localhost"), framed=True, once=once) for once in (False, True)
    )
    once, allow = buttons(offered)
    assert once == {"form": "bandeau-once", "name": "service", "value": "video", "class": "bandeau-button"}
    assert [allow] == buttons(plain)
    assert "Afficher cette fois" in words_of(offered)


def test_what_is_not_declared_cannot_be_shown_once() -> None:
    assert buttons(placeholder(view(), HeldEmbed(None, "mystere.example"), framed=True, once=True)) == []


def test_a_declared_picture_stands_behind_the_words_and_says_nothing() -> None:
    pictured = dataclasses.replace(VIDEO, placeholder=Placeholder(picture="/img/still.jpg"))
    declaration = dataclasses.replace(NEWSROOM, services=(*EXEMPT, pictured))
    held = HeldEmbed("video", "video.localhost", "560", "315")
    tree = Parser(placeholder(view(declaration=declaration), held))
    still, words = tree.css_first(".bandeau-placeholder").iter()
    assert still.attributes == {"src": "/img/still.jpg", "alt": "", "loading": "lazy"}
    assert words.text() == Parser(placeholder(view(), held)).css_first(".bandeau-placeholder").text()
    assert tree.css_first(".bandeau-placeholder").attributes["style"].endswith("aspect-ratio:560/315;overflow:auto")


def test_only_the_first_placeholder_of_a_service_is_an_anchor() -> None:
    markup = placeholder(view(), HeldEmbed("video", "video.localhost"), anchor=False)
    assert Parser(markup).css_first("span").id is None


def test_a_placeholder_has_the_box_of_what_it_stands_for() -> None:
    held = HeldEmbed("video", "v", "560", "315", "embed wide", "position:absolute; top:0; color:red", "", "")
    box = Parser(placeholder(view(), held)).css_first("span").attributes
    assert box["class"] == "bandeau-placeholder embed wide"
    assert box["style"] == "width:560px;aspect-ratio:560/315;position:absolute;top:0;overflow:auto"


def test_a_style_that_could_load_anything_is_left_out() -> None:
    held = HeldEmbed("video", "v", style="background:url(//t.example/x);--a:url(x);width:50%;content:url('//x')")
    assert Parser(placeholder(view(), held)).css_first("span").attributes["style"] == "width:50%;overflow:auto"


@pytest.mark.parametrize(("width", "height"), [("1", "1"), ("0", "0"), ("0px", ""), ("", "1")])
def test_what_nobody_could_see_gets_no_placeholder(width: str, height: str) -> None:
    assert placeholder(view(), HeldEmbed("video", "v", width, height)) == ""


def test_a_declared_text_replaces_the_standard_sentence() -> None:
    own = dataclasses.replace(COMMENTS, placeholder=Placeholder(text={"fr": "Le débat <ici>"}))
    declaration = dataclasses.replace(NEWSROOM, services=(*EXEMPT, own))
    markup = placeholder(view(declaration=declaration), HeldEmbed("comments", "palabre.localhost"))
    assert "Le débat &lt;ici&gt;" in markup
    assert COMMENT_SENTENCE not in words_of(markup)


@pytest.mark.parametrize("service", [None, "unheard-of"])
def test_an_undeclared_embed_cannot_be_allowed(service: str | None) -> None:
    markup = placeholder(view(), HeldEmbed(service, "mystere.example"))
    assert "mystere.example" in markup
    assert "personne n’a donc pu y consentir" in words_of(markup)
    assert buttons(markup) == []


def test_r11_the_source_of_a_held_embed_is_a_plain_link() -> None:
    held = HeldEmbed("video", "v", title="La visite", link="https://video.localhost/1?a=1&b=2")
    link = Parser(placeholder(view(), held)).css("a")[-1]
    assert link.attributes["href"] == "https://video.localhost/1?a=1&b=2"
    assert link.attributes["rel"] == "noopener noreferrer nofollow"
    assert "target" not in link.attributes
    assert words_of(link.text()) == "Ouvrir « La visite »"


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "//v/1", "/1", "https:", "https://[", ""])
def test_nothing_but_a_web_address_becomes_a_link(link: str) -> None:
    markup = placeholder(view(), HeldEmbed("video", "v", link=link))
    assert len(Parser(markup).css("a")) == 1  # the one to the settings


def test_the_signal_is_given_as_the_reason_where_it_is_one() -> None:
    markup = placeholder(view(Choice(), signal=True), HeldEmbed("ads", "ads.localhost"))
    assert "Votre navigateur demande de le refuser" in words_of(markup)


@given(st.builds(HeldEmbed, st.sampled_from([None, "video", "comments"]), *[st.text()] * 7), st.text())
def test_no_outside_text_escapes_from_a_placeholder(held: HeldEmbed, back: str) -> None:
    markup = placeholder(view(back=back), held)
    assert type(markup) is str
    if markup:
        nodes = Parser(markup, is_fragment=True)
        (box,) = nodes.css("span.bandeau-placeholder")
        assert set(box.attributes) <= {"id", "class", "style", "role", "aria-label", "lang", "dir"}
        assert {name for node in nodes.css("*") for name in node.attributes if name.startswith("on")} == set()


nasty = st.text(alphabet="<>\"'&{}=/ aé\x00", min_size=1, max_size=12)


@given(nasty, nasty, nasty, nasty)
def test_no_declared_text_becomes_markup_in_the_banner(controller: str, label: str, privacy: str, back: str) -> None:
    site = Site(
        controller, SITE.hosts, ("fr",), dataclasses.replace(SITE.controller, name=controller), privacy_policy=privacy
    )
    purposes = (*PURPOSES[:2], Purpose("social", label={"fr": label}))
    markup = banner(view(declaration=Declaration(site, purposes, (*EXEMPT, COMMENTS)), back=back))
    plain = banner(view(declaration=Declaration(SITE, purposes[:2] + PURPOSES[2:3], (*EXEMPT, COMMENTS))))
    assert re.findall(r"<(\w+)", markup) == re.findall(r"<(\w+)", plain)


def test_the_text_that_is_archived_is_the_text_that_is_shown() -> None:
    text = notice_text(view())
    shown = words_of(banner(view()))
    assert text.startswith("language: fr\n")
    assert all(words_of(line).strip() in shown for line in text.splitlines()[1:8])
    for data in PersonalData.COMMENTS, PersonalData.GEOLOCATION:
        assert view().words[f"personal-data.{data}"] in text
    assert "reclame_uid" in text


def test_the_archived_text_is_the_same_for_everybody_who_was_shown_it() -> None:
    assert notice_text(view(accept_all(NEWSROOM), back="/elsewhere")) == notice_text(view())
    lapsed = dataclasses.replace(view(), lapse=Lapse((Change(Widening.SERVICE, "Palabre"),)))
    assert "Palabre (nouveau)" in banner(lapsed)
    assert notice_text(lapsed) == notice_text(view())
    assert notice_text(view(language="en")) != notice_text(view())
    renamed = dataclasses.replace(NEWSROOM, services=(*NEWSROOM.services[:-1], dataclasses.replace(ADS, id="ads2")))
    assert notice_text(view(declaration=renamed)) != notice_text(view())
