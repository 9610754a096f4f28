"""Who is asked again, and why: at the end of the choice's time or after a material change, and told which."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bandeau.ask.cookie import KeptChoice
from bandeau.decide import accept_all
from bandeau.locales import texts
from bandeau.serve.http import Request
from bandeau.serve.site import Visit
from support.sites import DECLARATION, Got, Page, Pages, Running, behind

FRESH = (("content-type", "text/html; charset=utf-8"), ("cache-control", "public, max-age=600"))
OTHER_RECIPIENT = ('recipient = "Palabre SA"', 'recipient = "Palabre Holding"')
CHANGES = {
    'name = "Éditions du Port SAS"': ('name = "Port Groupe"', "Port Groupe répond maintenant du traitement"),
    OTHER_RECIPIENT[0]: (OTHER_RECIPIENT[1], "Palabre (autre destinataire)"),
    'purpose = "advertising"': ('purposes = ["advertising", "media"]', "Régie (nouvelle finalité)"),
    '"browsing", "comments"]': ('"browsing", "comments", "usage"]', "Palabre (nouvelles données)"),
    'countries = ["FR"]': ('countries = ["FR", "US"]', "Palabre (nouveau pays)"),
    '"regie_id", lifetime = "12 months"': (
        '"regie_id", lifetime = "13 months"',
        "Régie (conservation plus longue)",
    ),
}


def changed(*pairs: tuple[str, str]) -> str:
    text = DECLARATION
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def reason(got: Got) -> str | None:
    """The sentence that says why a page asks again, ``None`` where it does not ask, empty where it says nothing."""
    found = re.search(r'<section [^>]*id="bandeau-notice".*?</section>', got.text)
    if found is None:
        return None
    said = re.search(r"</h2><p>(.*?)</p>", found[0])
    return html.unescape(said[1]).replace("\xa0", " ") if said else ""


def before_and_after(folder: Path, new: str, then: Callable[[Running, str], None], *, keyed: bool = False) -> None:
    """Accept everything under the first declaration, then look at the site under the second one."""
    with behind("asgi", Pages(), folder, keyed_cache=keyed) as before:
        choice = before.choose("accept-all").choice
    with behind("asgi", Pages({"/": Page(headers=FRESH)}), folder, new, keyed_cache=keyed) as after:
        then(after, choice)


@pytest.mark.parametrize("old", CHANGES)
def test_who_is_asked_again_is_told_what_changed(tmp_path: Path, old: str) -> None:
    new, said = CHANGES[old]

    def look(after: Running, choice: str) -> None:
        assert reason(after.get(headers={"cookie": choice})) == f"Depuis votre dernier choix, ceci a changé : {said}."

    before_and_after(tmp_path, changed((old, new)), look)


def test_every_change_is_told_and_profiling_and_a_new_service_are_among_them(tmp_path: Path) -> None:
    service = '[services.radio]\nname = "Radio"\npurpose = "media"\nprofiling = true\nhosts = ["radio.localhost"]\n'
    new = changed(OTHER_RECIPIENT, ("[services.video]", service + "[services.video]\nprofiling = true"))

    def look(after: Running, choice: str) -> None:
        said = reason(after.get(headers={"cookie": choice})) or ""
        assert said.endswith(": Radio (nouveau), Palabre (autre destinataire) et Scopia (création de profils).")

    before_and_after(tmp_path, new, look)


def test_who_has_not_chosen_or_answered_what_is_asked_is_told_nothing(tmp_path: Path) -> None:
    def look(after: Running, choice: str) -> None:
        assert reason(after.get()) == ""
        assert reason(after.get(headers={"cookie": choice + "x"})) == ""
        newer = after.choose("refuse-all", cookie=choice).choice
        assert reason(after.get(headers={"cookie": newer})) is None

    before_and_after(tmp_path, changed(OTHER_RECIPIENT), look)


def test_the_answer_is_recorded_in_the_same_history_with_the_text_that_all_were_shown(tmp_path: Path) -> None:
    def look(after: Running, choice: str) -> None:
        newer = after.choose("refuse-all", cookie=choice).choice
        kept = after.site.seal.open(newer.partition("=")[2])[1]
        first, second = (one.entry for one in after.site.store.history(kept.record).result())
        assert first.declaration != second.declaration
        assert second.notice in after.site.store.archived("notice")
        assert b"Depuis votre dernier choix" not in b"".join(
            text.body for text in after.site.store.archived("notice").values()
        )

    before_and_after(tmp_path, changed(OTHER_RECIPIENT), look)


def test_what_is_held_is_as_before_any_choice(tmp_path: Path) -> None:
    trackers = "palabre_uid=1; regie_id=2; ps_id=3; session=4; unknown=5"

    def look(after: Running, choice: str) -> None:
        fresh, again = (after.get(headers={"cookie": one}) for one in (trackers, f"{choice}; {trackers}"))
        assert after.pages.seen[0]["cookie"] == after.pages.seen[1]["cookie"] == "ps_id=3; session=4"
        assert fresh.one("content-security-policy") == again.one("content-security-policy")
        guards = [re.search(r"<script data-turbo-track.*?</script>", got.text) for got in (fresh, again)]
        assert guards[0]
        assert guards[1]
        assert guards[0][0] == guards[1][0]

    before_and_after(tmp_path, changed(OTHER_RECIPIENT), look)


@pytest.mark.parametrize("signal", [{}, {"sec-gpc": "1"}], ids=["", "gpc"])
def test_no_cache_gives_the_sentence_to_anybody_else(tmp_path: Path, signal: dict[str, str]) -> None:
    """Whatever a cache may name: the name in the cookie, that of nobody, or the lapsed variant's own."""

    def look(after: Running, choice: str) -> None:
        neutral = after.get(headers=signal).body
        own = visit(after, choice).variant.name
        names = ("none", choice.removeprefix("bandeau_choice=").partition(".")[0], own)
        for name in (*names, *(f"{name}-gpc" for name in names)):
            got = after.get(headers={"cookie": choice, "bandeau-variant": name, **signal})
            assert reason(got)
            assert got.one("cache-control") == "private, no-cache"
            assert not got.all("cdn-cache-control")
            assert not got.all("x-accel-expires")
            forged = {"cookie": f"bandeau_choice={name}.AAAA.AAAAAAAAAAAAAAAAAAAAAA", "bandeau-variant": name}
            assert after.get(headers={**forged, **signal}).body == neutral
        assert after.get(headers=signal).body == neutral

    before_and_after(tmp_path, changed(OTHER_RECIPIENT), look, keyed=True)


def test_a_browser_that_kept_the_page_of_nobody_asks_for_its_own(tmp_path: Path) -> None:
    def look(after: Running, choice: str) -> None:
        after.pages.table["/"] = Page(headers=(*FRESH, ("etag", '"a"')))
        for signal in ({}, {"sec-gpc": "1"}):
            cookies = ({}, {"cookie": choice}, {"cookie": aged(after, LIFETIME + 1)})
            got = [after.get(headers={**cookie, **signal}) for cookie in cookies]
            assert len({one.one("etag") for one in got}) == len(got)
            assert [one.one("cache-control") for one in got[1:]] == ["private, no-cache"] * 2

    before_and_after(tmp_path, changed(OTHER_RECIPIENT), look)


# -- time -----------------------------------------------------------------------------------------------------------


def own_words(*lines: str) -> tuple[str, str]:
    return "[site.controller]", "\n".join(["[site.texts.fr]", *lines, "[site.controller]"])


def test_other_words_ask_nobody_again(tmp_path: Path) -> None:
    def look(after: Running, choice: str) -> None:
        assert reason(after.get(headers={"cookie": choice})) is None
        assert "Vos cookies" in after.get().text

    before_and_after(tmp_path, changed(own_words('"banner.title" = "Vos cookies"')), look)


def test_words_whose_key_is_no_longer_known_ask_nobody_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As they may stand in a declaration that an older Bandeau archived."""
    with monkeypatch.context() as patched, behind("asgi", Pages(), tmp_path) as before:
        known = {**texts("fr"), "banner.gone": "x"}
        patched.setattr("bandeau.declare.texts.texts", lambda _: known)
        with behind("asgi", Pages(), tmp_path, changed(own_words('"banner.gone" = "y"'))) as older:
            choice = older.choose("refuse-all", cookie=before.choose("accept-all").choice).choice
    with behind("asgi", Pages(), tmp_path) as after:
        assert reason(after.get(headers={"cookie": choice})) is None


def test_an_error_is_told_in_words_of_the_publishers_own_too(tmp_path: Path) -> None:
    with behind("asgi", Pages(), tmp_path, changed(own_words('"problems.title-404" = "Perdu"'))) as running:
        assert "<h1>Perdu</h1>" in running.get("/.bandeau/nothing").text


def visit(running: Running, cookie: str) -> Visit:
    headers = [(b"host", b"gazette.localhost"), (b"cookie", cookie.encode())]
    return running.site.visit(Request("GET", "http", "/", "", headers))


def aged(running: Running, seconds: float, declared: str | None = None) -> str:
    """A choice cookie that accepted everything that many seconds ago."""
    site = running.site
    kept = KeptChoice(
        accept_all(site.declaration), bytes(16), site.now_ms() // 1000 - int(seconds), declared or site.version[:16]
    )
    return f"bandeau_choice={site.seal.close(kept, 'x' * 12)}"


LIFETIME = 15_768_000  # six months, in seconds
DAY = 86_400


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with behind("asgi", Pages({"/": Page(headers=FRESH)}), tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.mark.parametrize("age", [0, DAY, LIFETIME // 2, LIFETIME - DAY])
def test_nobody_is_asked_again_before_the_choice_runs_out(running: Running, age: int) -> None:
    assert reason(running.get(headers={"cookie": aged(running, age)})) is None


@pytest.mark.parametrize("age", [LIFETIME + 1, LIFETIME + DAY, 10 * LIFETIME])
def test_who_is_asked_again_because_the_choice_has_run_out_is_told_so(running: Running, age: int) -> None:
    got = running.get(headers={"cookie": aged(running, age)})
    assert reason(got) == "Votre dernier choix est arrivé à son terme."
    assert got.one("cache-control") == "private, no-cache"
    assert "palabre" not in got.one("content-security-policy")


def test_a_choice_from_the_future_is_none_and_nothing_is_said_of_it(running: Running) -> None:
    assert reason(running.get(headers={"cookie": aged(running, -DAY)})) == ""


def test_nothing_is_said_of_a_choice_under_a_version_that_nobody_knows(running: Running) -> None:
    for age in (0, LIFETIME + 1):
        assert reason(running.get(headers={"cookie": aged(running, age, "ab" * 8)})) == ""


def test_a_change_that_is_not_material_asks_nobody_again_before_the_choice_runs_out(tmp_path: Path) -> None:
    corrected = changed(('name = "Palabre"', 'name = "Palabre, les commentaires"'), ('countries = ["FR"]', ""))

    def look(after: Running, choice: str) -> None:
        assert reason(after.get(headers={"cookie": choice})) is None
        declared = visit(after, choice).kept
        assert declared is not None
        assert reason(after.get(headers={"cookie": aged(after, LIFETIME - DAY, declared.declared)})) is None
        assert "terme" in (reason(after.get(headers={"cookie": aged(after, LIFETIME + 1, declared.declared)})) or "")

    before_and_after(tmp_path, corrected, look)
