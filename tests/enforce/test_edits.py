"""What an answer's headers may still set or contact, read as browsers read them."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bandeau.decide import Policy
from bandeau.declare import parse_declaration
from bandeau.enforce.edits import Held, filter_headers, kind_of
from bandeau.enforce.url import Base
from bandeau.model import Origin

POLICY = Policy(
    parse_declaration(
        """
        [site]
        name = "Le Phare"
        hosts = ["phare.example", "cdn.phare.example"]
        languages = ["fr"]
        [site.controller]
        name = "Phare SARL"
        """,
        "phare",
    ),
    None,
)
PAGE = Base(Origin("https", "phare.example", 443), "/a/b")


def left_of(name: str, value: str) -> tuple[str | None, list[Held]]:
    """What is left of one header, and what was held in it."""
    headers, held, *_ = filter_headers(POLICY, lambda: PAGE, [(name.encode(), value.encode("latin-1"))])
    return (headers[0][1].decode("latin-1") if headers else None), held


def passes(name: str, value: str) -> bool:
    left, held = left_of(name, value)
    assert (left == value) is not bool(held)
    return not held


# -- the type -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content_type",
    ["text/html", " TEXT/HTML;charset=x", "text/html charset=utf-8", "text/html(x)", "text/html\t", "text/html,x"],
)
def test_what_browsers_take_for_html_is_a_page(content_type: str) -> None:
    assert kind_of(content_type.encode()).page is True


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "unknown/unknown",
        "Application/Unknown; x",
        "*/*",
        "html",
        "(text/html)",
        "image",
        "image/",
        "/",
        "a/b/c",
    ],
)
def test_what_browsers_guess_may_be_a_page(content_type: str) -> None:
    assert kind_of(content_type.encode()).page is None


@pytest.mark.parametrize("content_type", ["text/plain", "text/htmlx", "image/png", "text/css;a"])
def test_every_other_type_is_believed(content_type: str) -> None:
    assert kind_of(content_type.encode()).page is False


# -- links --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        "</style.css>; rel=preload; as=style",
        "<https://cdn.phare.example/>;rel=preconnect;crossorigin",
        '<https://x.example/>; rel="author"',
        '<https://x.example/>; REL = "Next canonical" ; title="a, \\"b\\"; rel=preload"',
        '<https://phare.example/wp-json/>; rel="https://api.w.org/"',
        '</a.jpg>; rel=preload; as=image; imagesrcset="/a.jpg 1x, /b.jpg 2x"; imagesizes="(width < 9px) 1px, 2px";',
        "<https://x.example/>; rel=canonical, </a>; rel=next",
        "",
    ],
)
def test_a_link_that_contacts_nobody_else_stays_as_it_is(value: str) -> None:
    headers, held, *_ = filter_headers(POLICY, lambda: PAGE, [(b"link", value.encode())])
    assert not held
    assert headers == ([(b"link", value.encode())] if value else [])


@pytest.mark.parametrize(
    "value",
    [
        "<https://x.example/>; rel=preconnect",
        "<//x.example/>",
        '<https://x.example/>; title=";rel=canonical "; rel=preconnect',
        "<https://x.example/>; title=';rel=canonical '; rel=preconnect",
        '<https://x.example/>; title="\\";rel=canonical "; rel=preconnect',
        '<https://x.example/>; title="\\";rel=canonical',
        "<https://x.example/>; rel=canonical; rel=preload",
        '<https://x.example/>; rel="canonical preload"',
        "<https://x.example/a<b>; rel=preload",
        '</a.jpg>; rel=preload; as=image; imagesrcset="/a.jpg 1x, https://x.example/b.jpg 2x"',
        '</a.jpg>; rel=preload; as=image; ImageSrcSet="https:\\/\\/x.example/b.jpg"',
        "</a.jpg>; rel=preload; as=image; imagesrcset=//x.example/b.jpg",
        '</a>; rel=next; title="<https://x.example/>; rel=preload',
        "</a>; rel=next <https://x.example/>; rel=preload",
        "<https://x.example/; rel=preload",
    ],
)
def test_a_link_that_may_contact_another_host_is_taken_out(value: str) -> None:
    left, held = left_of("link", value + ", </own>; rel=next" if value.endswith("preload") else value)
    assert [one.kind for one in held] == ["link"]
    assert "x.example" not in (left or "")


def test_what_stands_between_links_and_is_none_is_taken_out() -> None:
    assert left_of("link", '"https://x.example", </a>; rel=next')[0] == "</a>; rel=next"


@pytest.mark.parametrize("piece", ["<", "<>", " ", ">", ";", '"', '<>"\\"', "<>;", "<>,", "\\", ';a="', ",", "<>;a=b "])
@pytest.mark.parametrize("name", ["link", "alt-svc", "reporting-endpoints", "content-security-policy", "report-to"])
def test_a_megabyte_of_nonsense_is_read_in_one_pass(name: str, piece: str) -> None:
    # Reading it again from every place would take hours.
    left_of(name, piece * (1_000_000 // len(piece)))


NAMES = ["link", "alt-svc", "report-to", "nel", "reporting-endpoints", "refresh", "speculation-rules"]


@given(st.sampled_from(NAMES), st.text(st.sampled_from(list('<>;,="\\ :/a{}[]')), max_size=30))
@example("report-to", "[" * 100_000)
def test_no_header_is_an_error(name: str, value: str) -> None:
    left_of(name, value)
    left_of(name, value + '<https://x.example/>; rel=preload, "https://x.example"')


@given(st.text(st.sampled_from(list(";,=\"\\' ab")), max_size=30))
def test_no_parameter_before_it_makes_another_links_host_pass(before: str) -> None:
    left, _ = left_of("link", f"</a>; {before}; rel=next")
    assert left is None or left.startswith("</a>")
    if before.count('"') % 2 == 0 and "\\" not in before:
        left, _ = left_of("link", f"</a>; {before}, <https://x.example/>; rel=preload")
        assert "x.example" not in (left or "")


# -- what the browser does by itself ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    ["clear", 'h2=":443"', 'h3=":443"; ma=2592000; persist=1, h2=":8443"; v="46,43"', 'h2="cdn.phare.example:443"'],
)
def test_another_way_to_an_allowed_host_stays(value: str) -> None:
    assert passes("alt-svc", value)


@pytest.mark.parametrize(
    "value",
    [
        'h2="other.example:443"',
        'h3=":443", h2="other.example:443"; ma=60',
        "h2=other.example:443",
        'h2 = "other.example:443',
        'h2="cdn.phare.example\\.other.example:443"',
        'h2="\\other.example:443"',
        ';h2="phare.example@other.example:443"',
    ],
)
def test_another_way_to_another_host_is_taken_out(value: str) -> None:
    assert not passes("alt-svc", value)


OWN_GROUP = {"group": "own", "max_age": 9, "endpoints": [{"url": "https://phare.example/r"}, {"url": "/r"}]}


@pytest.mark.parametrize("name", ["report-to", "nel"])
def test_reports_to_an_allowed_host_stay(name: str) -> None:
    assert passes(name, json.dumps(OWN_GROUP) + ", " + json.dumps({"report_to": "own", "max_age": 9}))


@pytest.mark.parametrize(
    "url",
    ["https://x.example/r", "https:\\/\\/x.example/r", "\\u0068ttps://x.example", "\\u002f/x.example", "//x.example"],
)
@pytest.mark.parametrize("shape", ['{"endpoints":[{"url":"%s"}]}', '{"a":1}, {"endpoints":[{"url":"%s","url":"/r"}]}'])
def test_reports_to_another_host_do_not_however_its_url_is_written(shape: str, url: str) -> None:
    assert left_of("report-to", shape % url) == (None, [Held("reporting", "x.example")])


@pytest.mark.parametrize("value", ["{", '{"endpoints":[{"url":"https://x.example/r"}]', "{'a':1}", "[" * 100_000])
def test_reports_that_cannot_be_read_do_not_stay(value: str) -> None:
    assert left_of("report-to", value) == (None, [Held("reporting", "unreadable")])


def test_reporting_endpoints_are_read_as_strings_with_escapes() -> None:
    assert passes("reporting-endpoints", 'main="/r", other="https://phare.example/r";a=1')
    assert not passes("reporting-endpoints", 'main="/r", other="https://x.example/r"')
    assert not passes("reporting-endpoints", 'main="https:\\\\\\\\x.example/r"')
    assert not passes("reporting-endpoints", 'main="https:/\\/x.example/r')


@pytest.mark.parametrize(
    ("value", "left"),
    [
        ("script-src 'self'; report-uri /r", None),
        ("default-src 'none', report-uri /r", None),
        ("script-src 'self'; report-uri https://x.example/r", "script-src 'self';"),
        ("script-src 'self', report-uri https://x.example/r", "script-src 'self',"),
        ("a,\tREPORT-URI /r //x.example/r; b, report-uri /s", "a,; b,"),
    ],
)
def test_of_the_sites_own_policies_only_the_reports_to_another_host_go(value: str, left: str | None) -> None:
    for name in ("content-security-policy", "content-security-policy-report-only"):
        assert left_of(name, value)[0] == (value if left is None else left)
