"""Whatever bytes come, in whatever chunks, the rewriter never raises, gives the same in every cut, and what it gives
parses to the same tree, in two independent parsers, with nothing left that contacts a held host.

The first byte says how the rest is read: as markup, or as a list of pieces that pages and tricks are made of. The
second is the length of the chunks. Of drawings, selects and framesets, which the two parsers themselves read by other
rules than today's browsers, only that nothing raises, moves or gets lost is checked.
"""

from __future__ import annotations

import re

from support.markup import check, html5, lexbor
from support.pages import rewrite

PIECES = (
    *(b"<", b">", b"/", b"=", b'"', b"'", b" ", b"\n", b"\0", b"!", b"?", b"--", b"&", b"x", b"\xff", b"]]>", b"</"),
    *(b"<!--", b"-->", b"--!>", b"<!-->", b"<![CDATA[", b"<!doctype html>", b"/>", b"<template>", b"</template>"),
    *(b"<script", b"</script", b"</script>", b"<SCRIPT>", b"<style>", b"</style>", b"<title>", b"</title>", b"<xmp>"),
    *(b"<svg>", b"</svg>", b"<math>", b"<mi>", b"<foreignObject>", b"</foreignObject>", b"<p>", b"</p>", b"</div>"),
    *(b"<noscript>", b"</noscript>", b"<head>", b"</head>", b"<body>", b"<html>", b"<frameset>", b"<plaintext>"),
    *(b"<img ", b"<iMG ", b"<iframe ", b"<a ", b"<div ", b"<table ", b"<td ", b"<textarea>", b"</textarea>"),
    *(b"<link rel=preload ", b"<link rel=preconnect ", b"<input type=image ", b"<video ", b"<source ", b"<object "),
    *(b"src=", b"SRC", b"srcset='", b"href=", b"srcdoc='", b"ping=", b"data=", b"poster=", b"https:"),
    *(b"//evil.example", b"//evil.example "),
    *(b"data-x='<img src=//evil.example>' ", b"\\\\evil.example ", b"&sol;/evil.example ", b"ht\ntps://evil.example "),
    *(b"//ok.example ", b"&quot;", b"&#32;", b"<select>", b"</select>", b"<base href=/x/>", b"<input ", b"type=image "),
    *(b"<meta http-equiv=refresh content=", b"0;url=//evil.example "),
    *(b"<script type=speculationrules>", b'{"x":[{"urls":["//evil.example"]}]}'),
)  # fmt: skip
_READ_DIFFERENTLY = re.compile(rb"<(?:svg|math|select|frameset|template|plaintext)", re.IGNORECASE)
_NOT_UNDONE = re.compile(rb"srcdoc|speculationrules|bandeau", re.IGNORECASE)


def check_input(data: bytes) -> None:
    """Hold the invariant for one input."""
    how, step, rest = data[:1], max(1, int.from_bytes(data[1:2]) % 32), data[2:]
    markup = rest if how < b"\x80" else b"".join(PIECES[byte % len(PIECES)] for byte in rest)
    page = b"<!doctype html><body>" + markup
    out = rewrite(page)
    assert rewrite([page[at : at + step] for at in range(0, len(page), step)]) == out, "where it is cut changes it"
    if _NOT_UNDONE.search(page):
        return
    assert out.replace(b' type="bandeau/held"', b"").replace(b"data-bandeau-", b"") == page, "more than held is changed"
    if _READ_DIFFERENTLY.search(page) or b"<base" in page.lower():
        return
    check(list(lexbor(page)), list(lexbor(out)), "evil.example")
    for scripting in (False, True):
        check(list(html5(page, scripting=scripting)), list(html5(out, scripting=scripting)), "evil.example")
