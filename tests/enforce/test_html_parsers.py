"""Invariant: two independent parsers agree that the page before and after is the same tree, node by node, but for the
renamed attributes, and that nothing in the tree after would fetch from the refused host."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from support.markup import check, contacted, html5, lexbor
from support.pages import PAGE, REAL_PAGES, evil_refused, only_own, rewrite

EVIL = st.sampled_from(
    ["//evil.example/x", "https://evil.example", "\\\\evil.example", "https&#58;//evil.example/", "ht\ntps://evil.example",
     "HTTPS://a.evil.EXAMPLE", "&sol;/evil.example", "//e%76il.example", "//x@evil.example:443/?'".replace("'", "")]
)  # fmt: skip
FINE = st.sampled_from(["/a.png", "//ok.example/a", "data:,//evil.example", "#x", "a>b", "", "javascript:1"])
QUOTED = st.sampled_from(["='%s'", '="%s"', " = '%s'", "=%s ", '\n=\t"%s"'])
NAMES = st.sampled_from(
    ["src", "SRC", "data", "href", "xlink:href", "srcset", "poster", "background", "ping", "imagesrcset", "title",
     "src2", "data-src", "alt", "x\"y", "'", "class", "type"]
)  # fmt: skip
FIXED = st.sampled_from(
    [" rel=preload", " type=image", " type=module", " hidden", " /", " =x", " title='<img src=//evil.example>'"]
)
attribute = st.one_of(
    st.builds(lambda name, form, value: f" {name}{form % value}", NAMES, QUOTED, st.one_of(EVIL, FINE)), FIXED
)
attributes = st.lists(attribute, max_size=4).map("".join)
VOID = ["img", "IMG", "source", "embed", "track", "input", "link", "br", "hr", "image"]
PLAIN = ["div", "p", "a", "span", "b", "video", "audio", "object", "ul", "x-y", "section"]
void = st.builds(lambda tag, inside: f"<{tag}{inside}>", st.sampled_from(VOID), attributes)
RAW = st.sampled_from(
    ["<script{0}>a<b</script>", "<script{0}><!-- <script></script> <img src=//evil.example> --></script>",
     "<style{0}><img src=//evil.example></style>", "<iframe{0}><img src=//evil.example></iframe>",
     "<textarea{0}><img src=//evil.example></textarea>", "<xmp{0}></xm></xmp >", "<noembed{0}><img></noembed>",
     "<svg{0}><path d='M0'/><image{0}/><use{0}></use><title>t</title></svg>", "<svg><style><b></b></style></svg>",
     "<svg><desc><img{0}></desc><g{0}/></svg>", "<math><mi><img{0}></mi><mn>1</mn></math>",
     "<table{0}><tr><td{0}>x</td></tr></table>", "<title>t<img src=//evil.example></title>"]
)  # fmt: skip
raw = st.builds(lambda form, inside: form.format(inside), RAW, attributes)
TEXT = st.sampled_from(
    ["text", " ", "<", "< b", "a&lt;b", "<!-- <img src=//evil.example> -->", "<!-->", "<!doctype html>", "<?x '>",
     "</ x>", "<!-- --!>", "</p>", "</div>", "<![CDATA[x>", "\u00e9", '"', "'", ">", "&#0;"]
)  # fmt: skip


def nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda tag, inside, children: f"<{tag}{inside}>{''.join(children)}</{tag}>",
        st.sampled_from(PLAIN),
        attributes,
        st.lists(inner, max_size=3),
    )


documents = st.lists(st.recursive(st.one_of(void, raw, TEXT), nested, max_leaves=8), max_size=5).map("".join)


@given(documents)
def test_lexbor_sees_the_same_tree_and_nothing_that_contacts_the_refused_host(markup):
    page = f"<!doctype html><body>{markup}".encode()
    check(list(lexbor(page)), list(lexbor(rewrite(page))), "evil.example")


@pytest.mark.parametrize("scripting", [False, True])
@given(documents)
def test_html5lib_sees_the_same_tree_and_nothing_that_contacts_the_refused_host(scripting, markup):
    # In its tree "xlink:href" under its held name takes the place of "href".
    assume(not re.search(r"(?i)xlink:href(?s:.*)[^:]href|[^:]href(?s:.*)xlink:href", markup))
    page = f"<!doctype html><body>{markup}<noscript>{markup}</noscript>".encode()
    before, after = list(html5(page, scripting=scripting)), list(html5(rewrite(page), scripting=scripting))
    check(before, after, "evil.example")


@pytest.mark.parametrize("path", REAL_PAGES, ids=lambda path: path.stem)
@pytest.mark.parametrize("verdict", [evil_refused, only_own])
def test_real_pages_are_the_same_tree_with_nothing_that_contacts_anybody_refused(path, verdict):
    page = path.read_bytes()
    before, after = list(lexbor(page)), list(lexbor(rewrite(page, verdict=verdict)))
    check(before, after, "evil.example")
    if verdict is only_own:
        for node in after:
            assert set(contacted(node)) <= {PAGE.origin.host}, node
