"""What a reader does with the site's own page by hand works in every state of consent as it does without Bandeau."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from keeps.own import BYTES
from keeps.player import BARE, STATES, Theatre, Visitor, theatre
from leaks.case import HTML, Case, File

pytestmark = pytest.mark.browser

_PAGE = """<input id=first autofocus><a id=save href='/do/bytes?save=1'>save</a>
<a id=next href=next.html>next</a>
<form id=f method=post enctype=multipart/form-data action='/do/echo?page=1'>
<input type=file name=file><input name=a></form>
<button id=ask onclick='this.textContent = [alert("a"), confirm("b"), prompt("c")].join()'>ask</button>
<div style='height: 4000px'></div><p id=end>the very end</p>"""
PAGE = Case("page", body=_PAGE, files={"next.html": File("<!doctype html><title>next</title><p>next</p>", HTML)})
KEY = """async () => {
  const challenge = new Uint8Array(16), userVerification = 'discouraged';
  const made = await navigator.credentials.create({ publicKey: {
    challenge, rp: { name: 'own', id: location.hostname },
    user: { id: new Uint8Array(4), name: 'ada', displayName: 'Ada' },
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }], authenticatorSelection: { userVerification } } });
  const allowCredentials = [{ type: 'public-key', id: made.rawId }];
  const got = await navigator.credentials.get({ publicKey: { challenge, allowCredentials, userVerification } });
  return [made.type, got.id === made.id, got instanceof PublicKeyCredential, made.response.getTransports().length];
}"""


@pytest.fixture(scope="module")
def stage(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theatre]:
    with theatre([PAGE], browser, tmp_path_factory.mktemp("keeps")) as running:
        yield running


def by_key_of_a_device(visitor: Visitor) -> Any:
    page = visitor.open(PAGE)
    devtools = visitor.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    authenticator = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True}
    devtools.send(
        "WebAuthn.addVirtualAuthenticator", {"options": {**authenticator, "automaticPresenceSimulation": True}}
    )
    return page.evaluate(KEY)


def by_download(visitor: Visitor) -> Any:
    page = visitor.open(PAGE)
    with page.expect_download() as started:
        page.click("#save", no_wait_after=True)
    return started.value.suggested_filename, Path(started.value.path()).read_bytes() == BYTES, page.title()


def by_upload(visitor: Visitor) -> Any:
    page = visitor.open(PAGE)
    page.set_input_files("[name=file]", {"name": "a.txt", "mimeType": "text/plain", "buffer": b"hello"})
    page.fill("[name=a]", "typed")
    page.evaluate("f.requestSubmit()")
    page.wait_for_url("**/do/echo*")
    return [part in page.inner_text("pre") for part in ("hello", "a.txt", "typed")]


def by_typing_at_once(visitor: Visitor) -> Any:
    page = visitor.open(PAGE)
    # A page gets the focus that it asks for with the first frame that is drawn (HTML, "flush autofocus candidates").
    page.wait_for_function("document.activeElement?.id == 'first'")
    page.keyboard.type("typed")
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.id")
    page.keyboard.press("Shift+Tab")
    return page.input_value("#first"), focused, page.evaluate("document.activeElement.id")


def by_dialogs(visitor: Visitor) -> Any:
    page = visitor.open(PAGE)
    page.on("dialog", lambda dialog: dialog.accept("answered"))
    page.click("#ask")
    return page.inner_text("#ask")


def by_a_link_to_words(visitor: Visitor) -> Any:
    page = visitor.open(PAGE)
    page.goto(page.url + "#end")
    page.wait_for_function("scrollY > 1000", timeout=5000)
    return page.evaluate("[document.querySelector(':target').id]")


def by_two_tabs(visitor: Visitor) -> Any:
    page, other = visitor.open(PAGE), visitor.context.new_page()
    other.goto(page.url)
    page.evaluate(
        "() => { self.heard = []; onstorage = e => heard.push([e.key, e.newValue, e.storageArea === localStorage]);"
        " new BroadcastChannel('own').onmessage = e => heard.push(e.data); }"
    )
    other.evaluate("() => { localStorage.own_tab = 'x'; new BroadcastChannel('own').postMessage('hi'); }")
    page.wait_for_function("heard.length == 2", timeout=5000)
    other.close()
    return page.evaluate("heard.sort()")


def by_password(visitor: Visitor) -> Any:
    visitor.page.goto(visitor.url.replace("://", "://ada:secret@") + "/do/basic")
    return visitor.page.inner_text("body")


def by_reading_a_file(visitor: Visitor) -> Any:
    page = visitor.open(PAGE)
    page.wait_for_load_state()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    with page.expect_response("**/do/bytes"):
        page.evaluate("document.body.append(Object.assign(document.createElement('iframe'), { src: '/do/bytes' }))")
    page.wait_for_timeout(500)
    return complaints, len(page.frames)


HANDS: list[Callable[[Visitor], Any]] = [
    by_key_of_a_device,
    by_download,
    by_upload,
    by_typing_at_once,
    by_dialogs,
    by_a_link_to_words,
    by_two_tabs,
    by_password,
    by_reading_a_file,
]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("hand", HANDS, ids=lambda hand: hand.__name__)
def test_the_readers_hand_does_what_it_does_on_the_bare_site(
    stage: Theatre, hand: Callable[[Visitor], Any], state: str
) -> None:
    seen = []
    for one in (BARE, state):
        visitor = stage.visitor(one)
        seen.append(hand(visitor))
        visitor.close()
    assert seen[1] == seen[0]
