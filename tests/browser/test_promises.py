"""The promises R1 to R12 in a real browser: a newspaper with live third parties, Bandeau in front of it.

Every test that something is held rests on ``test_the_bare_newsroom_leaks``: without Bandeau all of it happens.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

import newsroom
from support.promise import ARTICLE, EXEMPT, FUNCTIONAL, TRACKERS, Front, Reader, band, in_front

pytestmark = pytest.mark.browser

ACCEPT, REFUSE, SETTINGS = "Tout accepter", "Tout refuser", "Paramétrer vos choix"
CATEGORIES = (
    "adresse IP",
    "données de navigation",
    "données d’utilisation",
    "interactions avec les réseaux sociaux",
    "données nécessaires à l’espace commentaires",
)


@pytest.fixture(scope="module")
def room() -> Iterator[newsroom.Newsroom]:
    with newsroom.start() as running:
        yield running


@pytest.fixture(scope="module")
def running(room: newsroom.Newsroom, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with in_front(room, tmp_path_factory.mktemp("promises")) as front:
        yield front


@pytest.fixture
def front(running: Front) -> Front:
    running.newsroom.witness.clear()
    return running


@pytest.fixture(params=["script", "no-script"])
def anyone(request: pytest.FixtureRequest, browser: Browser, front: Front) -> Iterator[Reader]:
    """A reader, once with and once without JavaScript."""
    context = browser.new_context(java_script_enabled=request.param == "script", locale="fr-FR")
    yield Reader(front, context)
    context.close()


@pytest.fixture
def reader(browser: Browser, front: Front) -> Iterator[Reader]:
    """A reader with JavaScript; the page's own script must never have thrown."""
    context = browser.new_context(locale="fr-FR")
    one = Reader(front, context)
    yield one
    context.close()
    assert one.wrong == []


def test_the_bare_newsroom_leaks(browser: Browser, front: Front) -> None:
    """Without Bandeau every third party is contacted and stores what it likes, on the very first page."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(front.newsroom.page_url + ARTICLE)
    page.wait_for_load_state("networkidle")
    assert front.contacted() >= TRACKERS | {"stats"}
    cookies = {cookie.get("name") for cookie in context.cookies()}
    assert {"palabre_uid", "palabre_visit", "regie_id", "pistage_id", "scopia_vid"} <= cookies
    assert page.evaluate("Object.keys(localStorage)") == ["palabre_history"]
    context.close()


# -- R1 -----------------------------------------------------------------------------------------------------------


def test_r1_the_notice_names_the_controller_and_every_category_of_data(anyone: Reader) -> None:
    notice = anyone.open().locator("#bandeau-notice")
    expect(notice).to_be_visible()
    expect(notice).to_contain_text("Éditions du Port SAS")
    for category in CATEGORIES:
        expect(notice).to_contain_text(category)


def test_r1_after_acceptance_every_declared_service_works(reader: Reader) -> None:
    reader.open()
    page = reader.press(ACCEPT)
    assert reader.front.contacted() >= TRACKERS | {"stats"}
    expect(page.frame_locator("#palabre iframe").get_by_text("Marguerite L.")).to_be_visible()
    assert {"palabre_uid", "palabre_visit", "regie_id", "scopia_vid"} <= reader.cookies()
    assert "palabre_history" in reader.stored()
    expect(page.locator(".bandeau-placeholder")).to_have_count(0)


def test_r1_without_script_acceptance_lets_the_frames_and_the_styles_through(browser: Browser, front: Front) -> None:
    context = browser.new_context(java_script_enabled=False)
    reader = Reader(front, context)
    reader.open()
    reader.press(ACCEPT)
    assert {"scopia", "polices"} <= front.contacted()
    context.close()


# -- R2 and R3 ----------------------------------------------------------------------------------------------------


def assert_silence(reader: Reader) -> None:
    assert not reader.front.contacted() & TRACKERS
    assert reader.cookies() <= EXEMPT
    assert reader.stored() <= {"theme"}


def test_r2_after_refusal_nothing_is_set_read_or_contacted_but_what_is_exempt(anyone: Reader) -> None:
    anyone.open("/")
    anyone.press(REFUSE)
    anyone.front.newsroom.witness.clear()
    for path in (ARTICLE, "/", "/article/la-coquille-revient-les-prix-aussi", "/nowhere"):
        anyone.open(path)
    assert_silence(anyone)
    assert reader_is_recognised(anyone)


def reader_is_recognised(reader: Reader) -> bool:
    return reader.cookies() >= FUNCTIONAL | {"bandeau_choice"}


def test_r2_audience_measurement_that_is_exempt_goes_on(reader: Reader) -> None:
    reader.open("/")
    reader.press(REFUSE)
    reader.front.newsroom.witness.clear()
    reader.open()
    assert reader.front.contacted() == {"stats"}
    assert "ps_id" in reader.cookies()


def test_r2_what_was_there_before_is_neither_sent_nor_readable_after_refusal(reader: Reader) -> None:
    """The four sanctions of 2025 were about trackers still read after refusal or withdrawal."""
    host = reader.front.url
    planted = [
        {"name": "palabre_visit", "value": "old", "url": host},
        {"name": "regie_id", "value": "old", "url": host, "httpOnly": True},
        {"name": "unknown", "value": "old", "domain": ".gazette.localhost", "path": "/article"},
    ]
    reader.context.add_cookies(planted)  # type: ignore[arg-type]
    reader.open()
    reader.press(REFUSE)
    reader.open()
    assert reader.cookies() <= EXEMPT


def test_r3_before_any_choice_nothing_is_set_read_or_contacted(anyone: Reader) -> None:
    anyone.open()
    assert_silence(anyone)


def test_r3_scrolling_clicking_about_and_going_on_is_no_consent(reader: Reader) -> None:
    page = reader.open()
    page.mouse.wheel(0, 5000)
    page.keyboard.press("Escape")
    page.locator("h1").click()
    reader.open("/")
    assert_silence(reader)
    expect(page.locator("#bandeau-notice")).to_be_visible()


# -- R4 -----------------------------------------------------------------------------------------------------------


def test_r4_the_comment_space_says_what_it_takes_to_comment(anyone: Reader) -> None:
    anyone.open()
    page = anyone.press(REFUSE)
    held = page.locator("#palabre .bandeau-placeholder")
    expect(held).to_be_visible()
    said = re.sub(r"\s", " ", held.inner_text())
    assert "« Tout refuser » n’autorise pas l’option « commentaires »" in said
    assert "pour commenter, acceptez les traceurs « réseaux sociaux »" in said


def test_r4_allowing_the_one_service_brings_the_comments_and_keeps_place_and_typed_text(reader: Reader) -> None:
    reader.open("/")
    reader.press(REFUSE)
    page = reader.open()
    held = page.locator("#palabre .bandeau-placeholder")
    held.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    assert before > 0
    reader.press("Autoriser Palabre", within="#palabre")
    expect(page.frame_locator("#palabre iframe").get_by_text("Marguerite L.")).to_be_visible()
    assert abs(page.evaluate("scrollY") - before) < 400
    thread = page.frame_locator("#palabre iframe")
    thread.get_by_label("Votre nom").fill("Une lectrice")
    thread.get_by_label("Votre commentaire").fill("Quelle belle lumière !")
    thread.get_by_role("button", name="Publier").click()
    expect(thread.get_by_text("Quelle belle lumière !")).to_be_visible()
    assert not reader.front.contacted() & {"regie", "pistage", "scopia", "polices"}


def test_r4_typed_text_outlives_the_choice(reader: Reader) -> None:
    page = reader.open("/")
    field = page.locator("main input[type=radio]").first
    field.check()
    chosen = field.get_attribute("value")
    reader.press(REFUSE)
    expect(page.locator(f"main input[type=radio][value='{chosen}']")).to_be_checked()


def test_r4_without_script_the_button_allows_the_service_and_leads_back(browser: Browser, front: Front) -> None:
    context = browser.new_context(java_script_enabled=False)
    reader = Reader(front, context)
    reader.open()
    page = reader.press("Autoriser Palabre", within="#palabre")
    assert page.url.startswith(front.url + ARTICLE)
    assert page.url.endswith("#palabre")
    expect(page.locator("#palabre .bandeau-placeholder")).to_have_count(0)
    context.close()


def test_r4_the_choice_of_one_service_is_recorded(anyone: Reader) -> None:
    anyone.open()
    anyone.press("Autoriser Palabre", within="#palabre")
    history = anyone.history()
    assert history[-1]["services"] == {"comments": True, "video": False, "ads": False, "fonts": False}


# -- R5 and R6 ----------------------------------------------------------------------------------------------------


def test_r5_the_settings_say_who_why_which_data_which_trackers_and_how_long(anyone: Reader) -> None:
    anyone.open()
    settings = anyone.settings()
    settings.locator("li:has(#service-comments) summary").click()
    said = settings.locator("li:has(#service-comments)").inner_text()
    for fact in ("Palabre SA", "adresse IP", "palabre_visit", "13", "mois", "palabre.localhost"):
        assert fact in said
    for box in settings.locator("input[type=checkbox]").all():
        expect(box).not_to_be_checked()


def test_r5_a_purpose_and_a_service_can_each_be_chosen(anyone: Reader) -> None:
    anyone.open()
    settings = anyone.settings()
    settings.locator("label[for=purpose-media]").click()
    settings.locator("label[for=service-comments]").click()
    anyone.save(settings)
    anyone.front.newsroom.witness.clear()
    anyone.open()
    history = anyone.history()
    assert history[-1]["services"] == {"comments": True, "video": True, "ads": False, "fonts": False}
    assert "scopia" in anyone.front.contacted()
    assert not anyone.front.contacted() & {"regie", "pistage", "polices"}


def test_r6_the_band_is_red_then_green_in_words_and_colour_for_both_facets_at_once(anyone: Reader) -> None:
    for switch in ("purpose-social", "service-comments"):
        anyone.open()
        page = anyone.settings()
        refused = band(page, f"#{switch}")
        assert [word for word, _ in refused] == ["refusé", "refusée"]
        page.locator(f"label[for={switch}]").click()
        allowed = band(page, f"#{switch}")
        assert [word for word, _ in allowed] == ["autorisé", "autorisée"]
        assert all(before != after for (_, before), (_, after) in zip(refused, allowed, strict=True))


# -- R7 and R8 ----------------------------------------------------------------------------------------------------


def test_r7_switching_social_networks_off_stops_them_and_takes_the_comments_away(reader: Reader) -> None:
    reader.open()
    reader.press(ACCEPT)
    assert "palabre_visit" in reader.cookies()
    page = reader.open("/.bandeau/settings?back=" + ARTICLE)
    page.locator("label[for=purpose-social]").click()
    reader.press("Enregistrer mes choix")
    reader.front.newsroom.witness.clear()
    page = reader.open()
    expect(page.locator("#palabre .bandeau-placeholder")).to_be_visible()
    assert "palabre" not in reader.front.contacted()
    assert "regie" in reader.front.contacted()
    assert "palabre_visit" not in reader.cookies()
    assert "palabre_history" not in reader.stored()


def test_r8_the_choice_can_be_changed_on_every_page_by_keyboard_and_withdrawn_with_one_click(anyone: Reader) -> None:
    anyone.open()
    anyone.press(ACCEPT)
    for path in (ARTICLE, "/", "/confidentialite", "/nowhere"):
        page = anyone.open(path)
        expect(page.locator("#bandeau-control").get_by_role("link", name=SETTINGS)).to_be_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#bandeau-control') !== null")
    anyone.press(REFUSE)
    anyone.front.newsroom.witness.clear()
    anyone.open()
    assert not anyone.front.contacted() & TRACKERS
    history = anyone.history()
    assert [one["action"] for one in history] == ["accept-all", "withdraw"]


def test_r8_after_withdrawal_nothing_that_the_site_can_reach_survives(reader: Reader) -> None:
    reader.open()
    reader.press(ACCEPT)
    reader.open("/")
    assert {"palabre_visit", "regie_id"} <= reader.cookies()
    reader.press(REFUSE)
    reader.open()
    own = {cookie.get("name") for cookie in reader.context.cookies(reader.front.url)}
    assert own <= EXEMPT
    assert reader.stored() <= {"theme"}


# -- R9 -----------------------------------------------------------------------------------------------------------


def test_r9_the_policy_page_names_every_service_tracker_lifetime_and_recipient(anyone: Reader) -> None:
    page = anyone.open("/.bandeau/policy")
    said = page.locator("body").text_content() or ""
    for service in anyone.front.site.declaration.services:
        assert service.name in said
        assert service.recipient in said
        for tracker in (*service.cookies, *service.storage):
            assert tracker.name.text in said
    expect(page.get_by_role("link", name=re.compile("confidentialité", re.IGNORECASE)).first).to_be_visible()


def test_r9_the_reader_sees_exports_and_erases_what_is_held(anyone: Reader) -> None:
    anyone.open()
    anyone.press(REFUSE)
    page = anyone.open("/.bandeau/my-choices")
    expect(page.locator("body")).to_contain_text("tout refusé")
    assert len(anyone.history()) == 1
    anyone.press("Effacer mes choix")
    expect(anyone.page.locator("body")).to_contain_text("Aucun choix n’est conservé")
    assert "bandeau_choice" not in anyone.cookies()


def test_r9_the_reader_reads_what_is_allowed_and_withdraws_it_in_one_click(anyone: Reader) -> None:
    anyone.open()
    anyone.press(ACCEPT)
    page = anyone.open("/.bandeau/my-choices")
    expect(page.locator("dd").first).to_have_text("tout est autorisé")
    anyone.press(REFUSE)
    page = anyone.page
    expect(page.locator("dd").first).to_have_text("tout est refusé")
    expect(page.locator("tbody")).to_contain_text("retiré")
    expect(page.get_by_role("button", name=REFUSE)).to_have_count(0)
    assert len(anyone.history()) == 2


# -- R10 and R11 --------------------------------------------------------------------------------------------------


def test_r10_accepting_and_refusing_are_the_same_but_for_their_words(anyone: Reader) -> None:
    page = anyone.open()
    looks = """button => { const s = getComputedStyle(button), b = button.getBoundingClientRect();
      return [b.width.toFixed(1), b.height, b.top, s.font, s.color, s.backgroundColor, s.border, s.padding] }"""
    notice = page.locator("#bandeau-notice")
    shown = [notice.get_by_role("button", name=name).evaluate(looks) for name in (ACCEPT, REFUSE, SETTINGS)]
    assert shown[0] == shown[1] == shown[2]


def test_r11_a_link_to_a_refused_host_is_still_a_link_and_loads_nothing_until_clicked(anyone: Reader) -> None:
    anyone.open()
    page = anyone.press(REFUSE)
    anyone.front.newsroom.witness.clear()
    page.locator("footer").get_by_role("link", name="Suivez-nous sur Palabre").hover()
    assert "palabre" not in anyone.front.contacted()
    page.locator("footer").get_by_role("link", name="Suivez-nous sur Palabre").click()
    page.wait_for_url(re.compile("palabre.localhost"))
    assert "palabre" in anyone.front.contacted()


# -- R12: the newspaper itself goes on working --------------------------------------------------------------------


@pytest.mark.parametrize("state", ["before", "refused", "accepted"])
def test_r12_the_newspaper_works_in_every_state(reader: Reader, state: str) -> None:
    page = reader.open()
    if state != "before":
        reader.press(REFUSE if state == "refused" else ACCEPT)
    expect(page.locator("h1")).to_be_visible()
    picture = page.locator(".main-picture img")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    expect(page.locator(".main-picture cite")).to_contain_text("Gazette du Port")
    expect(page.get_by_role("heading", name="Lire aussi")).to_be_visible()
    expect(page.locator(".follow")).to_be_visible()
    page.locator("#theme").click()
    assert "theme" in reader.stored()
    reader.open("/")
    page.locator("main input[type=radio]").first.check()
    page.locator("form[action='/sondage'] button").click()
    page.wait_for_url(re.compile("#sondage"))
    assert reader.cookies() >= FUNCTIONAL
    page.reload()
    expect(page.locator("form[action='/sondage']")).to_have_count(0)


# -- signals ------------------------------------------------------------------------------------------------------


def test_a_privacy_signal_refuses_what_it_covers(browser: Browser, front: Front) -> None:
    context = browser.new_context(extra_http_headers={"Sec-GPC": "1"})
    reader = Reader(front, context)
    page = reader.open()
    assert not front.contacted() & TRACKERS
    reader.press("Autoriser Palabre", within="#palabre")
    expect(page.frame_locator("#palabre iframe").get_by_text("Marguerite L.")).to_be_visible()
    assert not front.contacted() & {"regie", "pistage"}
    context.close()
