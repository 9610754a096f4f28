"""A page as two independent parsers read it, and what of it would be fetched."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import html5lib
from selectolax.lexbor import LexborHTMLParser

from bandeau.enforce.url import resolve, split_srcset
from support.pages import PAGE


class Node(NamedTuple):
    """An element or a piece of text."""

    depth: int
    tag: str  # empty for text
    attributes: dict[str, str]
    text: str = ""


def lexbor(page: bytes) -> Iterator[Node]:
    """The tree as Lexbor builds it, in the order of the page."""
    todo = [(LexborHTMLParser(page.decode("utf-8", "replace")).root, 0)]
    while todo:
        node, depth = todo.pop()
        if node.tag in ("-text", "-comment", "-doctype"):
            yield Node(depth, "", {}, node.html or "")
        else:
            yield Node(depth, node.tag or "", {name: value or "" for name, value in node.attributes.items()})
        children = []
        child = node.child
        while child is not None:
            children.append((child, depth + 1))
            child = child.next
        todo += reversed(children)


def html5(page: bytes, *, scripting: bool = False) -> Iterator[Node]:
    """The tree as html5lib builds it, in the order of the page."""
    parser = html5lib.HTMLParser(html5lib.getTreeBuilder("dom"))
    tree = parser.parse(page.decode("utf-8", "replace"), scripting=scripting)
    todo = [(tree, 0)]
    while todo:
        node, depth = todo.pop()
        if node.nodeType == node.ELEMENT_NODE:
            attributes = {name: node.getAttribute(name) for name in node.attributes.keys()}  # noqa: SIM118
            yield Node(depth, node.tagName.lower(), {name.lower(): value for name, value in attributes.items()})
        elif node.nodeType in (node.TEXT_NODE, node.COMMENT_NODE):
            yield Node(depth, "", {}, node.data)
        todo += [(child, depth + 1) for child in reversed(node.childNodes)]


FETCHES = {
    "script": ("src",), "iframe": ("src",), "frame": ("src",), "embed": ("src",), "object": ("data",),
    "img": ("src", "srcset"), "source": ("src", "srcset"), "video": ("src", "poster"), "audio": ("src",),
    "track": ("src",), "td": ("background",), "body": ("background",), "table": ("background",), "a": ("ping",),
    "image": ("href", "xlink:href"), "use": ("href", "xlink:href"), "feimage": ("href", "xlink:href"),
}  # fmt: skip


_PRELOADS = {"preload", "modulepreload"}


def contacted(node: Node) -> Iterator[str]:
    """The hosts that a node contacts by itself, on a page of the tests' site."""
    names = FETCHES.get(node.tag, ())
    # Whole words: a rel of "preload<script" is none that a browser knows (HTML, 4.6.7).
    if node.tag == "link" and _PRELOADS & set(node.attributes.get("rel", "").lower().split()):
        names = ("href", "imagesrcset")
    if node.tag == "input" and node.attributes.get("type") == "image":
        names = ("src",)
    for name in names:
        value = node.attributes.get(name, "")
        for url in split_srcset(value) if name.endswith("srcset") else value.split() if name == "ping" else [value]:
            if place := resolve(url, PAGE):
                yield place[0].host


def undone(node: Node) -> Node:
    """The node as it was before it was held, as far as the tree still tells."""
    text = node.text.replace(' type="bandeau/held"', "").replace("data-bandeau-", "")
    attributes = {
        name.removeprefix("data-bandeau-"): value.replace(' type="bandeau/held"', "").replace("data-bandeau-", "")
        for name, value in node.attributes.items()
    }
    if attributes.get("type") == "bandeau/held":
        del attributes["type"]
    return Node(node.depth, node.tag, attributes, text)


def without_type(node: Node, held: Node) -> Node:
    """The node as it was, without the type that a held script has no longer."""
    if held.attributes.get("type") == "bandeau/held":
        return node._replace(attributes={name: value for name, value in node.attributes.items() if name != "type"})
    return node


def check(before: list[Node], after: list[Node], refused: str) -> None:
    """The tree after is the one before but for what is held, and nothing in it contacts a refused host."""
    assert [undone(node) for node in after] == [
        without_type(node, held) for node, held in zip(before, after, strict=True)
    ]
    for node in after:
        assert not any(host.endswith(refused) for host in contacted(node)), node
