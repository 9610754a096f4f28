"""Declare: the publisher's file of purposes, services and trackers, read, checked and given a version."""

from bandeau.declare.canonical import canonical, to_document, version
from bandeau.declare.lint import Advice, lint
from bandeau.declare.locate import Lines, locate
from bandeau.declare.read import from_document, parse_declaration, read_declaration, read_text
from bandeau.declare.schema import schema

__all__ = [
    "Advice",
    "Lines",
    "canonical",
    "from_document",
    "lint",
    "locate",
    "parse_declaration",
    "read_declaration",
    "read_text",
    "schema",
    "to_document",
    "version",
]
