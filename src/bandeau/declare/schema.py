"""The JSON Schema of a declaration: what keys there are and what kind of value each takes.

What a schema cannot say (a purpose that is used is declared, a host is a host) is checked in ``build``. Every
``description`` here is also what an error says is allowed.
"""

from __future__ import annotations

from typing import Any

from bandeau.model import LANGUAGES, Exemption, Mode, PersonalData

_COUNTRY_CODES = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY
BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK
FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR
IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK
ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM
PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF
TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""
COUNTRIES = tuple(_COUNTRY_CODES.split())
"""The country codes of ISO 3166-1, alpha-2."""

MAX_DEPTH = 8
"""No key of a declaration lies deeper than this."""

MAX_ITEMS = 500
"""No list or table of a declaration is longer than this."""

_ID = {"pattern": "^[a-z][a-z0-9_-]{0,63}$", "description": "1 to 64 of a-z, 0-9, - and _, a letter first"}


def _line(description: str) -> dict[str, Any]:
    """One line of text that says something."""
    return {"type": "string", "pattern": r"^[^\x00-\x1f\x7f]*\S[^\x00-\x1f\x7f]*$", "maxLength": 300} | {
        "description": description
    }


def _text(description: str) -> dict[str, Any]:
    """One text for every language, or a table of texts by language."""
    words = {"type": "string", "pattern": r"\S", "maxLength": 4000, "description": "a text that is not empty"}
    return {
        "type": ["string", "object"],
        "pattern": r"\S",
        "maxLength": 4000,
        "properties": dict.fromkeys(LANGUAGES, words),
        "additionalProperties": False,
        "minProperties": 1,
        "description": description,
    }


def _many(items: dict[str, Any], description: str, *, least: int = 0, most: int = MAX_ITEMS) -> dict[str, Any]:
    """A list without repetition, its items each as ``items`` says."""
    limits = {"minItems": least, "maxItems": most, "uniqueItems": True}
    return {"type": "array", "items": items, **limits, "description": description}


def _table(properties: dict[str, Any], required: tuple[str, ...], description: str) -> dict[str, Any]:
    """A table that takes these keys and no others."""
    closed = {"properties": properties, "required": list(required), "additionalProperties": False}
    return {"type": "object", **closed, "description": description}


def _named(values: dict[str, Any], most: int, description: str) -> dict[str, Any]:
    """A table of tables, each named by an id."""
    limits = {"propertyNames": _ID, "additionalProperties": values, "maxProperties": most}
    return {"type": "object", **limits, "description": description}


_HOST = {
    "type": "string",
    "maxLength": 1000,
    "description": 'a host such as "video.example" or "*.video.example", at most with a ":port" and a "/path" behind',
}
_LIFETIME = {"type": "string", "description": '"session", "until erased", or a number and a unit: "13 months"'}
_POLICY_URL = {
    "type": "string",
    "pattern": r"^(https?://[^\s/]\S*|/([^\s/]\S*)?)$",
    "maxLength": 2000,
    "description": 'an address that begins with "https://", or a path of the site that begins with one "/"',
}
_TRACKER = {
    "name": _line("the name of the cookie or key; * stands for any run of characters"),
    "lifetime": _LIFETIME,
    "description": _text("what it holds and what for: one text, or a table of texts by language"),
}


def _site() -> dict[str, Any]:
    controller = {
        "name": _line("the name of the company or person that answers for the site"),
        "address": _line("the controller's postal address"),
        "contact": _line("where to write about one's data: an e-mail address or a page"),
    }
    spoken = f"a language that the notice can speak: {', '.join(LANGUAGES)}"
    languages = {"type": "string", "enum": list(LANGUAGES), "description": spoken}
    own = {"type": "string", "pattern": r"^[^\x00-\x1f\x7f]*\S[^\x00-\x1f\x7f]*$", "maxLength": 1000} | {
        "description": 'one line of text, its key in quotation marks: "banner.title" = "Your choice"'
    }
    texts = {"type": "object", "additionalProperties": own, "description": "a table of texts by their keys"}
    site = {
        "name": _line("the site's name as its readers know it"),
        "hosts": _many(_HOST, "the list of the site's own hosts; everything else is a third party", least=1),
        "languages": _many(languages, "the list of languages, the default first", least=1),
        "controller": _table(controller, ("name",), "a table with the controller's name, address and contact"),
        "privacy_policy": _POLICY_URL,
        "choice_lifetime": {"type": "string", "description": 'how long a choice is kept, such as "6 months"'},
        "mode": {"type": "string", "enum": [mode.value for mode in Mode], "description": "what Bandeau does"},
        "texts": _table(dict.fromkeys(LANGUAGES, texts), (), "a table of your own words by language, then by key"),
    }
    return _table(site, ("name", "hosts", "languages", "controller"), "the table of the site")


def _purpose() -> dict[str, Any]:
    grounds = [ground.value for ground in Exemption]
    purpose = {
        "exempt": {"type": "string", "enum": grounds, "description": "the ground on which it needs no consent"},
        "label": _text("a short name: one text, or a table of texts by language"),
        "description": _text("what it means: one text, or a table of texts by language"),
    }
    return _table(purpose, (), "a table that says what a purpose is")


def service_schema() -> dict[str, Any]:
    """Give the schema of one service."""
    purpose = {"type": "string", **_ID}
    data = {"type": "string", "enum": [category.value for category in PersonalData]} | {
        "description": "a category of personal data"
    }
    country = {"type": "string", "enum": list(COUNTRIES), "description": "a country by its two letters (ISO 3166-1)"}
    cookie = _table({**_TRACKER, "host": _HOST}, ("name", "lifetime"), 'a table such as { name = "id", lifetime = … }')
    key = _table(_TRACKER, ("name", "lifetime"), 'a table such as { name = "theme", lifetime = "12 months" }')
    within = {
        "type": "string",
        "pattern": r"^#?[^\s#]+$",
        "description": "the id of the element in which the placeholder stands",
    }
    picture = {
        "type": "string",
        # Its end without "$", which would let a line feed follow; "//" and a backslash would lead to another host.
        "pattern": r"^/[^/\\\x00-\x20\x7f][^\\\x00-\x20\x7f]*(?![\s\S])",
        "maxLength": 1000,
        "description": 'the path of a picture of the site\'s own, such as "/img/still.jpg"',
    }
    words = _text("the placeholder's own words: one text, or a table of texts by language")
    held = {"within": within, "text": words, "picture": picture}
    service = {
        "use": {"type": "string", "description": "the id of a service of the catalogue"},
        "name": _line("the service's name as its users know it"),
        "recipient": _line("the company that receives the data"),
        "purpose": purpose,
        "purposes": _many(purpose, "the list of what the service is for", least=1, most=50),
        "profiling": {"type": "boolean", "description": "whether the service builds profiles of visitors"},
        "personal_data": _many(data, "the list of categories of personal data that the service receives"),
        "countries": _many(country, "the list of countries the data go to, each by its two letters"),
        "hosts": _many(_HOST, "the list of the service's hosts"),
        "cookies": _many(cookie, "the list of cookies that the service sets"),
        "storage": _many(key, "the list of keys that the service keeps in the browser's storage"),
        "description": _text("what the service does: one text, or a table of texts by language"),
        "privacy_policy": _POLICY_URL,
        "placeholder": _table(held, (), "false, true, or a table with within, text and picture")
        | {"type": ["boolean", "object"]},
    }
    return _table(service, (), "a table that says what a service is")


def entry_schema() -> dict[str, Any]:
    """Give the schema of a file of the catalogue: a service that uses no other, and is perhaps ``shared``."""
    table = service_schema()
    del table["properties"]["use"]
    shared = "whether its customers put there what they like, so that a host alone does not tell what it is for"
    table["properties"]["shared"] = {"type": "boolean", "description": shared}
    return table


def schema() -> dict[str, Any]:
    """Give the JSON Schema (draft 2020-12) of a declaration, as plain values of its own for each caller."""
    parts = {
        "site": _site(),
        "purposes": _named(_purpose(), 50, "a table of purposes by id"),
        "services": _named(service_schema(), MAX_ITEMS, "a table of services by id"),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Bandeau declaration",
        **_table(parts, ("site",), "the declaration of a site's purposes, services and trackers"),
    }
