"""The report for people: it stands alone, nothing that a page says is more than text, and everybody can read it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import html5lib
import msgspec
import pytest
from hypothesis import given
from hypothesis import settings as given_settings
from hypothesis import strategies as some
from playwright.sync_api import Browser

from bandeau.audit.facts import Area, CookieSet, Request, SentCookie, Storing
from bandeau.audit.finding import Audit, Evidence, Held, Promise, Severity, Source, Verdict, Word
from bandeau.audit.recording import Page, State, Stay, Trouble
from bandeau.audit.reports.html import format_html
from bandeau.audit.reports.result import Result
from support.looking import FONT, SPILLS, unfold, violations
from support.reported import ARTICLE, FINDINGS, HOME, WORDS, finding, page, png, result

HOSTILE = "</title></style></script><script>alert(1)</script><img src=x onerror=alert(1)>\"'>&lt;\u202e\x1b[2J"
TAGS = "html head meta title style body main header nav section article p div span ul ol li dl dt dd a h1 h2 h3 b code"
TAGS += " small details summary table caption thead tbody tr th td blockquote figure figcaption img"
DRAWN = "svg title rect line text tspan path"


def everywhere(text: str) -> Result:
    """A result in which a text stands wherever a page has a say."""
    evidence = Evidence(text=text, url=text, places=FINDINGS[0].evidence[0].places)
    made = msgspec.structs.replace(
        finding("A101", Severity.ERROR, text, text, change=text, service=text),
        evidence=(evidence,),
        sources=(Source(name=text, url=text), Source(name=text, url=f"javascript:{text}")),
    )
    promise = Promise(kind=text, quote=text, language=text, says={text: text})
    word = Word(page=HOME, promises=(Held(promise=promise, verdict=Verdict.BROKEN, why=text),), unread=(text,))
    facts = (
        Request(
            id="1",
            url=f"https://x.example/{text}",
            kind=text,
            method=text,
            page=HOME,
            cookies=(SentCookie(name=text, domain=text),),
        ),
        CookieSet(name=text, domain=text, via=text, page=HOME),
        Storing(area=Area.LOCAL, op="set", key=text, page=HOME),
    )
    stay = Stay(
        state=State.ALONE, service=text, url=HOME, title=text, facts=facts, trouble=(Trouble(code=text, text=text),)
    )
    return result(pages=(Page(url=text, stays=(stay,)), page(HOME)), findings=(made,), words=(word,), declaration=text)


def parsed(told: Result) -> Any:
    return html5lib.parse(format_html(told), namespaceHTMLElements=False)


def check(document: Any) -> None:
    """Only our own elements, and no attribute that loads or runs anything."""
    for node in document.iter():
        if not isinstance(node.tag, str):
            continue
        name = node.tag.rpartition("}")[2]
        assert name in {*TAGS.split(), *DRAWN.split()}
        for attribute, value in node.attrib.items():
            assert not attribute.startswith("on")
            assert attribute != "style"
            if attribute == "href":
                assert value.startswith(("#", "https://", "http://"))
            if attribute == "src":
                assert value.startswith("data:image/")


@given_settings(max_examples=30)
@given(some.text(some.characters(exclude_categories=("Cs",)), max_size=40) | some.just(HOSTILE))
def test_whatever_a_page_says_is_text(text: str) -> None:
    check(parsed(everywhere(text)))


@pytest.mark.parametrize(
    "told",
    [
        result(),
        result(baseline=Audit(findings=FINDINGS[:2], words=WORDS)),
        result(findings=(), words=()),
        result(pages=()),
    ],
)
def test_any_result_can_be_told(told: Result) -> None:
    check(parsed(told))


def test_half_a_pair_of_surrogates_does_not_keep_the_file_from_being_written() -> None:
    assert format_html(everywhere("\ud800")).encode("utf-8", "replace")


def words_of(told: Result) -> str:
    return " ".join("".join(parsed(told).itertext()).split())


def test_the_verdict_stands_first_and_says_what_it_does_not_speak_for() -> None:
    text = words_of(result())
    assert "The promise is broken: 3 errors on 2 of 2 pages, 1 before any choice and 1 after refusing." in text
    assert "2 pages could not be seen in every state." in text
    assert "The promise is kept" in words_of(result(findings=(), words=()))
    assert "Nothing can be said: the page could not be opened." in words_of(
        result(pages=(Page(url=HOME),), findings=())
    )
    assert "No breach was seen, but 1 point needs a closer look." in words_of(result(findings=FINDINGS[4:5], words=()))


def test_a_promise_that_is_broken_breaks_the_verdict_without_any_other_finding() -> None:
    assert "The promise is broken: 1 thing that its notice says is not so." in words_of(result(findings=()))


def test_findings_stand_gravest_first_with_rule_evidence_and_what_to_change() -> None:
    text = words_of(result())
    order = [text.index(one.message) for one in (FINDINGS[0], FINDINGS[2], FINDINGS[4], FINDINGS[5])]
    assert order == sorted(order)
    assert "What to changehold the tag that does it until consent is given" in text
    assert "setId in https://cdn.regie.example/tag.js:12:344" in text
    assert "after refusing · 2 pages" in text


def test_pages_that_were_read_on_are_counted() -> None:
    stays = (Stay(state=State.BEFORE, url=HOME),)
    pages = [Page(url=HOME, stays=stays), *(Page(url=f"{HOME}{n}", after=HOME, stays=stays) for n in range(3))]
    assert "3 of these pages were opened in the visit of another page" in words_of(result(pages=pages))
    assert "in the visit of another page" not in words_of(result())


def test_a_finding_on_many_pages_is_told_once() -> None:
    assert words_of(result()).count(FINDINGS[0].message) == 1


def test_the_matrix_marks_what_was_found_by_sign_and_word() -> None:
    marked = [node for node in parsed(result()).iter("td") if node.get("class", "").startswith("found")]
    told = {" ".join("".join(node.itertext()).split()) for node in marked}
    assert "✕ set, kept" in told
    assert any(one.startswith("✕") and "request" in one for one in told)
    assert all(one[0] in "✕!i" for one in told)


def test_ten_thousand_pages_stay_readable_and_small() -> None:
    one = page(HOME)
    pages = tuple(msgspec.structs.replace(one, url=f"{HOME}{number}") for number in range(10_000))
    many = tuple(
        finding(
            f"A{100 + number % 7}", Severity.ERROR, f"cookie c{number % 700}", "It was set.", page=f"{HOME}{number}"
        )
        for number in range(10_000)
    )
    pictures = {stay.screenshot: png() + b"\0" * 400_000 for stay in one.stays[:3]}
    made = format_html(result(pages=pages, findings=many, pictures=pictures))
    assert len(made) < 20_000_000
    assert "and 500 more errors, in the JSON report" in made
    assert "and 9,900 more" in made


# -- in a browser -----------------------------------------------------------------------------------------------------


def written(folder: Path, told: Result) -> str:
    file = folder / "report.html"
    file.write_text(format_html(told), "utf-8")
    return file.as_uri()


@pytest.mark.browser
def test_it_stands_alone_and_runs_nothing(browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url[:60]))
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    address = written(tmp_path, everywhere(HOSTILE))
    page.goto(address)
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert said == []
    # Even markup that had slipped through could load and run nothing.
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=http://127.0.0.1:9/x onerror=alert(1)>')")
    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<p style=color:red onclick=alert(1) id=slipped>x</p>')"
    )
    page.locator("#slipped").click()
    assert len(said) >= 2
    assert all("Content Security Policy" in one for one in said)
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (380, "dark")])
def test_axe_finds_nothing_and_nothing_spills(browser: Browser, tmp_path: Path, scheme: Any, width: int) -> None:
    """Colours depend on the scheme and places on the width, and no rule on both: each is seen once."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.goto(written(tmp_path, result(baseline=Audit(findings=FINDINGS[:2], words=WORDS), declaration="bandeau.toml")))
    page.add_init_script(f"document.documentElement.style.fontFamily = '{FONT}'")
    unfold(page)
    assert violations(page, None) == []
    # Drawings and the table scroll by themselves where they have to; everything else fits.
    spilt = page.evaluate(
        SPILLS.replace("return cut", "if (node.closest('.drawing, .wide')) return false; return cut").join(
            ("(", f")([document.body], {width})")
        )
    )
    assert spilt == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


@pytest.mark.browser
def test_everything_is_reached_and_opened_by_the_keyboard(browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(written(tmp_path, result()))
    reached: set[str] = set()
    for _ in range(200):
        page.keyboard.press("Tab")
        name = page.evaluate(
            "[document.activeElement].map(one => one === document.body ? '' : `${one.tagName} ${one.textContent}`)[0]"
        )
        if not name:
            break
        reached.add(name)
        if name.startswith("SUMMARY Evidence"):
            page.keyboard.press("Enter")
    assert (
        page.locator("details:has(> .evidence)[open]").count()
        == page.locator("article details:has(> .evidence)").count()
    )
    assert any(re.match("DIV", name) for name in reached)
    context.close()


@pytest.mark.browser
def test_on_paper_it_is_whole(browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(written(tmp_path, result()))
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()
    assert page.locator("h1").is_visible()
    paper = page.pdf(format="A4", print_background=True)
    assert paper.startswith(b"%PDF")
    context.close()


def test_pictures_of_each_state_lie_in_the_file() -> None:
    images = list(parsed(result()).iter("img"))
    assert len(images) == 9
    assert {node.get("alt") for node in images} == {
        f"The page {words}" for words in ("before any choice", "after refusing", "after accepting")
    }


def test_an_article_of_the_audit_is_named(tmp_path: Path) -> None:
    assert ARTICLE in words_of(result())
