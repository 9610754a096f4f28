"""The guard comes first in workers' scripts and XML documents, and changes nothing else of them."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeau.enforce.code import guarded, is_other_xml

GUARD = b"!function(){}();"
AT = ("/g?v=1", "/rest")
SCRIPT = b"".join(b'<script xmlns="http://www.w3.org/1999/xhtml" src="%b"/>' % at.encode() for at in AT)


def through(text: bytes, destination: str, content_type: bytes, size: int = 0) -> bytes:
    page = guarded(destination, content_type, GUARD, AT)
    if page is None:
        return text
    pieces = [text[at : at + size] for at in range(0, len(text), size)] if size else [text]
    return b"".join(page.feed(piece) for piece in pieces) + page.close()


@pytest.mark.parametrize("destination", ["worker", "sharedworker", "serviceworker"])
def test_a_workers_script_begins_with_the_guard_on_its_own_first_line(destination: str) -> None:
    assert through(b"one\ntwo", destination, b"text/javascript") == GUARD + b"one\ntwo"


@pytest.mark.parametrize("size", [0, 1, 5])
@pytest.mark.parametrize("opening", ["", "\ufeff", "/*! a // */ \n// 'b'\r\n", "/* */"])
@pytest.mark.parametrize(
    ("first", "strict"), [("'use strict'", True), ('"use strict";', True), ("use('strict')", False), ("x", False)]
)
def test_a_workers_script_stays_as_strict_as_it_was(opening: str, first: str, strict: bool, size: int) -> None:
    script = f"{opening}{first}\nmore".encode()
    assert through(script, "worker", b"text/javascript", size) == (b'"use strict";' if strict else b"") + GUARD + script


@pytest.mark.parametrize("script", [b"", b"/* never ends", b"// no line", b"/*" + b"*" * 70_000 + b"*/'use strict'"])
def test_a_workers_script_of_comments_only_has_the_guard_too(script: bytes) -> None:
    assert through(script, "worker", b"text/javascript", 1000) == GUARD + script


@pytest.mark.parametrize("destination", ["", "script", "empty", "style", "image"])
def test_what_is_no_worker_and_no_document_is_left_alone(destination: str) -> None:
    assert guarded(destination, b"text/javascript", GUARD, AT) is None
    assert guarded(destination, b"image/svg+xml", GUARD, AT) is None


@pytest.mark.parametrize("kind", [b"text/plain", b"application/json", b"application/xml", b"image/svg+xmlish"])
def test_a_document_that_is_neither_a_drawing_nor_xhtml_is_left_alone(kind: bytes) -> None:
    assert guarded("document", kind, GUARD, AT) is None


@pytest.mark.parametrize(
    ("kind", "other"),
    [
        (b"text/xml", True),
        (b" Application/XML; charset=utf-8", True),
        (b"application/rss+xml", True),
        (b"text/xsl", True),
        (b"image/svg+xml", False),
        (b"application/xhtml+xml;x", False),
        (b"text/html", False),
        (b"application/xmlish", False),
        (b"", False),
    ],
)
def test_xml_that_carries_no_guard_is_told_from_the_rest(kind: bytes, other: bool) -> None:
    assert is_other_xml(kind) is other


@pytest.mark.parametrize("size", [0, 1])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"<svg>", b"<a/></svg>"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg' a='>' b=\"/>\">", b"</svg>"),
        (
            b"<!-- <svg> --><!DOCTYPE svg PUBLIC \"->\" '>' [<!ENTITY x '>]'><!-- ' -->]><s:svg xmlns:s='x'>",
            b"</s:svg>",
        ),
        (b"<!DOCTYPE html><html\n>", b"<head/></html>"),
    ],
)
def test_an_xml_document_has_the_guard_first_in_its_root(before: bytes, after: bytes, size: int) -> None:
    assert through(before + after, "iframe", b"image/svg+xml; charset=utf-8", size) == before + SCRIPT + after


@pytest.mark.parametrize("text", [b"", b"no markup", b"<!-- never ends", b"<svg a='"])
def test_what_has_no_root_to_stand_in_goes_as_it_is(text: bytes) -> None:
    assert through(text, "document", b"application/xhtml+xml", 4096) == text


def test_what_does_not_come_to_its_root_is_cut_off() -> None:
    text = b"<!--" + b"x" * 70_000 + b"--><svg onload='leak()'/>"
    assert through(text, "document", b"image/svg+xml", 4096) == text[:65_536]


@pytest.mark.parametrize("size", [0, 1])
@pytest.mark.parametrize("root", [b"<svg onload='x'/>", b"<s:svg a='/>' />", b"<svg/> <!-- x -->"])
def test_an_empty_root_is_opened_for_the_guard(root: bytes, size: int) -> None:
    opened = through(root, "iframe", b"image/svg+xml", size)
    assert SCRIPT in opened
    assert len(ElementTree.fromstring(opened.replace(b"s:svg", b"svg"))) == 2


@pytest.mark.parametrize("size", [0, 1, 5])
@pytest.mark.parametrize("coding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_document_in_utf_16_carries_the_guard_as_any_other(coding: str, size: int) -> None:
    text = "<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'>𝄞é</svg>"
    wanted = text.replace("'>𝄞", "'>" + SCRIPT.decode() + "𝄞")
    assert through(text.encode(coding), "iframe", b"image/svg+xml", size).decode(coding) == wanted


@given(st.text(alphabet="<>!?-[]'\"/ =aDOCTYPE"), st.integers(1, 9))
def test_nothing_but_the_guard_is_added_to_any_text(text: str, size: int) -> None:
    got = through(text.encode(), "document", b"image/svg+xml", size)
    opened = re.fullmatch(rb"(.*)>" + re.escape(SCRIPT) + rb"</[^>]*>(.*)", got, re.DOTALL)
    if opened and got.replace(SCRIPT, b"", 1) != text.encode():
        assert opened[1] + b"/>" + opened[2] == text.encode()
    else:
        assert got.replace(SCRIPT, b"", 1) == text.encode()


@given(st.text(alphabet="<>!?-[]'\"/ =aDOCTYPE\n"))
def test_where_the_text_is_xml_the_guard_is_the_roots_first_child(text: str) -> None:
    text += "<svg a='>'>x</svg>"
    try:
        ElementTree.fromstring(text)
    except ElementTree.ParseError:
        return
    root = ElementTree.fromstring(through(text.encode(), "document", b"image/svg+xml"))
    assert root[0].tag == "{http://www.w3.org/1999/xhtml}script"
