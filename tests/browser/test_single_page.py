"""Pages that scripts change: what comes late is held as what comes first, with the real libraries from npm."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Locator, Page, expect

from support.embedding import Embedding
from support.npm import bundled, installed

pytestmark = pytest.mark.browser

FILM = '<iframe src="VIDEO/film" width="560" height="315"></iframe>'
JS = "text/javascript"

REACT = """
import React, { useEffect } from "react";
import { createRoot } from "react-dom/client";
import { createBrowserRouter, Link, RouterProvider } from "react-router";
function Comments() {
  useEffect(() => {
    const script = document.createElement("script");
    script.src = "THREAD/t.js";
    document.head.append(script);
    return () => script.remove();
  }, []);
  return <div id="comments" />;
}
const Home = () => <><h1>Une</h1><Link to="/react/film">Film</Link> <Link to="/react/debat">Débat</Link></>;
const Film = () => <><h1>Film</h1><iframe src="VIDEO/film" width="560" height="315" /><Link to="/react">Une</Link></>;
const Debate = () => <><h1>Débat</h1><Comments /><Link to="/react">Une</Link></>;
const router = createBrowserRouter([
  { path: "/react", element: <Home /> }, { path: "/react/film", element: <Film /> },
  { path: "/react/debat", element: <Debate /> },
]);
createRoot(document.getElementById("root")).render(<RouterProvider router={router} />);
"""


@pytest.fixture(scope="session")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed(tmp_path_factory.mktemp("npm"))


def put_turbo(site: Embedding, modules: Path) -> None:
    site.put("/turbo.js", (modules / "@hotwired/turbo/dist/turbo.es2017-umd.js").read_text(), JS)
    head = '<script src="/turbo.js"></script>'
    site.put("/turbo", '<h1>Une</h1><a href="/turbo/film">Film</a>', head=head)
    site.put("/turbo/film", f'<h1>Film</h1>{FILM}<a href="/turbo">Une</a>', head=head)
    stream = f'<turbo-stream action="append" target="list"><template>{FILM}</template></turbo-stream>'
    site.put("/stream", "<!--piece-->" + stream, "text/vnd.turbo-stream.html")
    asking = """fetch('/stream').then(a => a.text()).then(t => Turbo.renderStreamMessage(t))"""
    site.put("/turbo/list", f'<h1>Liste</h1><div id=list></div><button onclick="{asking}">Encore</button>', head=head)
    frame = '<turbo-frame id="part"><a href="/turbo/framed">Film</a></turbo-frame>'
    site.put("/turbo/frames", f"<h1>Cadres</h1>{frame}", head=head)
    site.put("/turbo/framed", f'<turbo-frame id="part">{FILM}</turbo-frame>', head=head)


def put_htmx(site: Embedding, modules: Path) -> None:
    site.put("/htmx.js", (modules / "htmx.org/dist/htmx.min.js").read_text(), JS)
    head = '<script src="/htmx.js"></script>'
    site.put("/htmx", '<div hx-boost="true"><h1>Une</h1><a href="/htmx/film">Film</a></div>', head=head)
    site.put("/htmx/film", f'<h1>Film</h1>{FILM}<div hx-boost="true"><a href="/htmx">Une</a></div>', head=head)
    site.put("/htmx/list", '<h1>Liste</h1><button hx-get="/piece" hx-swap="afterend">Film</button>', head=head)
    site.put("/piece", "<!--piece--><p>Suite</p>" + FILM)


def put_react(site: Embedding, modules: Path) -> None:
    source = REACT.replace("VIDEO", f"http://scopia.localhost:{site.thirds}")
    source = source.replace("THREAD", f"http://palabre.localhost:{site.thirds}")
    site.put("/react.js", bundled(modules, source), JS)
    for path in ("/react", "/react/film", "/react/debat"):
        site.put(path, '<div id="root"></div><script src="/react.js"></script>')


LIBRARIES = {"turbo": put_turbo, "htmx": put_htmx, "react": put_react}


def marked(page: Page) -> Page:
    page.evaluate("window.same = true")
    return page


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def allow_button(page: Page) -> None:
    """The placeholder of the film is there, in its frame; press it."""
    button(page.frame_locator("iframe")).click()


def button(there: Page | FrameLocator) -> Locator:
    return there.get_by_role("button", name="Autoriser Scopia")


def plays(page: Page) -> None:
    """The film is there: in the page's own frame, or in one of ours."""
    for _ in range(300):
        players = [frame for frame in page.frames if "//scopia.localhost" in frame.url]
        if players and players[0].get_by_role("button", name="Lecture").count():
            return
        page.wait_for_timeout(50)
    pytest.fail("the film did not come")


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_bare_application_contacts_the_host(
    site: Embedding, reader: BrowserContext, modules: Path, library: str
) -> None:
    LIBRARIES[library](site, modules)
    page = marked(site.open(reader, f"/{library}", bare=True))
    follow(page, "Film")
    expect(page.frame_locator("iframe").get_by_role("button")).to_be_visible()
    assert page.evaluate("same")


@pytest.mark.parametrize("refused", [False, True], ids=["no choice", "refused"])
@pytest.mark.parametrize("library", LIBRARIES)
def test_what_a_visit_brings_is_held_and_can_be_allowed(
    site: Embedding, reader: BrowserContext, modules: Path, library: str, refused: bool
) -> None:
    LIBRARIES[library](site, modules)
    page = site.open(reader, f"/{library}")
    if refused:
        with page.expect_event("load"):
            page.get_by_role("button", name="Tout refuser").click()
    marked(page)
    follow(page, "Film")
    expect(page.locator("#bandeau-notice, #bandeau-control")).to_have_count(1)
    assert site.asked == []
    allow_button(page)
    plays(page)
    expect(page.locator("#bandeau-control .bandeau-some")).to_be_visible()
    expect(page.locator("#bandeau-notice, #bandeau-control")).to_have_count(1)
    assert page.evaluate("same")
    follow(page, "Une")
    follow(page, "Film")
    plays(page)


@pytest.mark.parametrize("library", LIBRARIES)
def test_after_acceptance_the_application_works_as_without_bandeau(
    site: Embedding, reader: BrowserContext, modules: Path, library: str
) -> None:
    LIBRARIES[library](site, modules)
    page = site.open(reader, f"/{library}")
    with page.expect_event("load"):
        page.get_by_role("button", name="Tout accepter").click()
    marked(page)
    follow(page, "Film")
    expect(page.frame_locator("iframe").get_by_role("button", name="Lecture")).to_be_visible()
    assert page.evaluate("same")
    with page.expect_event("load"):
        page.get_by_role("button", name="Tout refuser").click()
    expect(button(page.frame_locator("iframe"))).to_be_visible()
    expect(page.locator("#bandeau-control")).to_have_count(1)


@pytest.mark.parametrize("path", ["/turbo/list", "/turbo/frames", "/htmx/list"])
def test_pieces_are_held_too(site: Embedding, reader: BrowserContext, modules: Path, path: str) -> None:
    put_turbo(site, modules)
    put_htmx(site, modules)
    page = marked(site.open(reader, path))
    page.get_by_text("Encore" if path == "/turbo/list" else "Film", exact=True).click()
    allow_button(page)
    plays(page)
    assert page.evaluate("same")


def test_the_notice_script_runs_once_however_often_the_body_is_exchanged(
    site: Embedding, reader: BrowserContext, modules: Path
) -> None:
    put_turbo(site, modules)
    page = site.open(reader, "/turbo")
    for name in ("Film", "Une", "Film", "Une"):
        follow(page, name)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    with page.expect_event("load"):
        page.get_by_role("button", name="Tout refuser").click()
    assert sent.count("POST") == 1


def test_a_comment_space_that_a_component_brings_says_what_it_needs(
    site: Embedding, reader: BrowserContext, modules: Path
) -> None:
    put_react(site, modules)
    bare = site.open(reader, "/react", bare=True)
    follow(bare, "Débat")
    expect(bare.get_by_text("Débat ouvert")).to_be_visible()
    site.asked.clear()
    page = site.open(reader, "/react")
    follow(page, "Débat")
    place = page.locator("#comments .bandeau-placeholder")
    expect(place).to_contain_text("pour commenter, acceptez les traceurs")
    assert site.asked == []
    place.get_by_role("button", name="Autoriser Palabre").click()
    expect(page.get_by_text("Débat ouvert")).to_be_visible()


SCROLLED = """
async function more() {
  const answer = await fetch('/more.json');
  place.insertAdjacentHTML('beforeend', (await answer.json()).html);
}
"""


def test_markup_that_comes_in_data_is_held(site: Embedding, reader: BrowserContext) -> None:
    more = f"<button onclick=more()>Suite</button><script>{SCROLLED}</script>"
    site.put("/scroll", f"<h1>Fil</h1><div id=place></div>{more}")
    site.put("/more.json", json.dumps({"html": FILM}), "application/json")
    bare = site.open(reader, "/scroll", bare=True)
    bare.get_by_role("button", name="Suite").click()
    expect(bare.frame_locator("iframe").get_by_role("button")).to_be_visible()
    site.asked.clear()
    page = marked(site.open(reader, "/scroll"))
    page.get_by_role("button", name="Suite").click()
    expect(button(page.frame_locator("iframe"))).to_be_visible()
    assert site.asked == []
    page.get_by_role("button", name="Suite").click()
    button(page.frame_locator("iframe >> nth=0")).click()
    for index in (0, 1):
        inner = page.frame_locator(f"iframe >> nth={index}").frame_locator("iframe")
        expect(inner.get_by_role("button", name="Lecture")).to_be_visible()
    expect(page.locator("#bandeau-control .bandeau-some")).to_be_visible()
    assert page.evaluate("same")


def test_what_a_script_puts_in_before_the_notice_is_there_has_its_placeholder(
    site: Embedding, reader: BrowserContext
) -> None:
    early = """<div id=place></div><script>const f = document.createElement('iframe'); f.src = 'VIDEO/film';
    f.width = 560; f.height = 315; place.append(f)</script>"""
    site.put("/early", early)
    page = site.open(reader, "/early")
    expect(button(page.frame_locator("iframe"))).to_be_visible()
    assert site.asked == []


def test_a_frame_that_nobody_sees_gets_no_placeholder(site: Embedding, reader: BrowserContext) -> None:
    site.put("/pixel", "<p>Bonjour</p>")
    page = site.open(reader, "/pixel")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate(
        """url => new Promise(done => {
        document.addEventListener('securitypolicyviolation', () => setTimeout(done, 300));
        const f = document.createElement('iframe'); f.src = url; f.width = f.height = 1; document.body.append(f) })""",
        f"http://scopia.localhost:{site.thirds}/pixel",
    )
    assert not [url for url in asked if "/.bandeau/embed" in url]


def test_a_body_that_is_emptied_keeps_the_notice(site: Embedding, reader: BrowserContext) -> None:
    site.put("/app", "<p>Bonjour</p>")
    page = site.open(reader, "/app")
    expect(page.locator("#bandeau-notice")).to_be_visible()
    page.evaluate("document.body.innerHTML = '<main>Autre page</main>'")
    expect(page.locator("#bandeau-notice")).to_be_visible()
    page.evaluate("document.body.replaceWith(document.createElement('body'))")
    expect(page.locator("#bandeau-notice")).to_be_visible()
    with page.expect_event("load"):
        page.get_by_role("button", name="Tout refuser").click()
    expect(page.locator("#bandeau-control")).to_be_visible()
