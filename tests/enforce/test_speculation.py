"""Invariants of speculation rules in a page: none loads from a held host ahead of a click, the site's own go on."""

# ruff: noqa: E501 (each row of the tables is one piece of markup)

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeau.enforce import stream
from bandeau.enforce.speculation import RulesFile, narrowed
from support.pages import rewrite

OWN = {"and": [{"href_matches": "/*"}]}


def page(rules: object, tag: str = "<script type=speculationrules>") -> bytes:
    text = rules if isinstance(rules, str) else json.dumps(rules)
    return f"<p>{tag}{text}</script><img src=//evil.example>".encode()


def read(out: bytes) -> object:
    return json.loads(out.partition(b"speculationrules>")[2].partition(b"</script>")[0])


def held(url: str) -> bool:
    return "evil" in url


@pytest.mark.parametrize(
    "rules",
    [
        {"prefetch": [{"source": "list", "urls": ["/next", "https://ok.example/"]}]},
        {"prerender": [{"urls": ["next.html", "#a"]}], "tag": "mine"},
        {"prefetch": [{"source": "document", "where": {"href_matches": "/*"}, "eagerness": "moderate"}]},
        {"prefetch": [{"where": {"and": [{"href_matches": ["/a/*", "./b", "?c"]}, {"not": {"href_matches": "/x/*"}}]}}]},
        {"prefetch": [{"where": {"or": [{"href_matches": {"pathname": "/a/*"}}, {"href_matches": "https://ok.example/*"}]}}]},
        {"prefetch": [{"where": {"href_matches": "/*", "relative_to": "document"}}]},
        {}, [], "not JSON at all"[:0] or {"x": 1},
    ],
)  # fmt: skip
def test_rules_that_stay_where_the_page_may_go_keep_every_byte(rules):
    made = page(rules)
    assert rewrite(made) == made.replace(b"src=", b"data-bandeau-src=")
    assert rewrite([made[at : at + 1] for at in range(len(made))]) == rewrite(made)


@pytest.mark.parametrize(
    ("rules", "left"),
    [
        ({"prefetch": [{"urls": ["/a", "//evil.example/b", "https:\\\\evil.example"]}]}, {"prefetch": [{"urls": ["/a"]}]}),
        ({"prerender": [{"urls": ["https://\te\tvil.example/"]}]}, {"prerender": [{"urls": []}]}),
        ({"prefetch": [{"source": "document"}]}, {"prefetch": [{"source": "document", "where": OWN}]}),
        ({"new": [{"where": {}}]}, {"new": [{"where": {"and": [*OWN["and"], {}]}}]}),
    ],
)  # fmt: skip
def test_what_is_held_is_taken_out_of_the_rules(rules, left):
    assert read(rewrite(page(rules))) == left


@pytest.mark.parametrize(
    "where",
    [{"selector_matches": "a"}, {"not": {"href_matches": "/x"}}, {"href_matches": "https://*/*"},
     {"href_matches": "https://evil.example/*"}, {"href_matches": "https{://ok}.example/*"}, {"href_matches": "*"},
     {"href_matches": {"hostname": "*"}}, {"href_matches": {"pathname": "/", "baseURL": "https://evil.example"}},
     {"href_matches": ["/*", "https://evil.example/"]}, {"or": [{"href_matches": "/*"}, {"selector_matches": "a"}]},
     {"href_matches": "https://ok.example"}, {"href_matches": None}, "x", {"and": []}],
)  # fmt: skip
def test_rules_that_may_match_other_links_are_narrowed_to_the_sites_own(where):
    assert read(rewrite(page({"prefetch": [{"source": "document", "where": where}]}))) == {
        "prefetch": [{"source": "document", "where": {"and": [{"href_matches": "/*"}, where]}}]
    }


@pytest.mark.parametrize(
    "rules", ["{", '{"a": [{"urls": ["/"], "urls": ["//evil.example"]}]}', "[" * 9999, '/**/{"prefetch":[]}', "\ud7ff"]
)
def test_rules_that_cannot_be_read_for_sure_are_none(rules):
    assert read(rewrite(page(rules))) == {}


def test_rules_too_long_to_keep_are_none(monkeypatch):
    monkeypatch.setattr(stream, "LONGEST", 40)
    made = page('{"prefetch":[{"urls":["/a", "/b"]}]}' + " " * 40)
    for step in (1, 999):
        out = rewrite([made[at : at + step] for at in range(0, len(made), step)])
        assert out == made.replace(b'{"pre', b'held:{"pre').replace(b"src=", b"data-bandeau-src=")


def test_rules_in_a_drawing_are_held():
    made = page({"prefetch": [{"urls": ["/a"]}]}, "<svg><script TYPE=' SpeculationRules '>")
    assert b'<script type="bandeau/held" TYPE=' in rewrite(made)


def test_markup_cannot_be_made_of_what_is_narrowed():
    made = page({"prefetch": [{"urls": ["//evil.example"]}], "tag": "\u003c/script\u003e\u003c!--"}).replace(
        b"</script>", b"<\\/script>", 1
    )
    assert rewrite(made).count(b"</script") == 1


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.text(max_size=4), st.sampled_from(["//evil.example", "/a", "https://*/"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["prefetch", "urls", "where", "source", "href_matches", "and"]), inner, max_size=3),
    ),
    max_leaves=12,
)  # fmt: skip


@given(st.one_of(json_values.map(json.dumps), st.text()).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_never_raises_and_what_was_narrowed_once_stays_as_it_is(rules):
    once = narrowed(rules, held)
    if once is not None:
        assert narrowed(once, held) is None


def test_a_file_of_rules_is_read_whole_in_whatever_chunks_it_comes() -> None:
    rules = b'{"prefetch":[{"urls":["https://t.example/x","/own"]}]}'
    for size in (1, 7, len(rules)):
        file = RulesFile(lambda url: "t.example" in url)
        given = b"".join(file.feed(rules[at : at + size]) for at in range(0, len(rules), size)) + file.close()
        assert json.loads(given) == {"prefetch": [{"urls": ["/own"]}]}


def test_a_file_of_rules_that_holds_nothing_stays_to_the_byte() -> None:
    file = RulesFile(lambda _: False)
    rules = b'{ "prefetch": [ { "urls": [ "/own" ] } ] }\n'
    assert file.feed(rules) + file.close() == rules


def test_a_file_of_rules_that_is_too_long_says_nothing() -> None:
    file = RulesFile(lambda _: False)
    for _ in range(20):
        file.feed(b" " * 100_000)
    assert json.loads(file.close()) == {}
