from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bandeau.declare import from_document, locate, parse_declaration, to_document, version
from bandeau.errors import DeclarationError, Problem

LANGUAGES = ["fr", "en"]
PURPOSES = ["functioning", "audience", "social", "advertising"]

ids = st.from_regex(r"[a-z][a-z0-9_-]{0,6}", fullmatch=True).filter(lambda name: name != "bandeau")
lines = st.text("abé’« *.#\"'\\{}[]=,0", min_size=1, max_size=12).filter(str.strip)
texts = lines | st.fixed_dictionaries(dict.fromkeys(LANGUAGES, lines))
hosts = st.from_regex(r"(\*\.)?[a-z]{1,4}\.example(:[1-9][0-9]{2})?(/[a-z]{1,3})?", fullmatch=True)
lifetimes = st.sampled_from(["session", "until erased", "13 months", "1 day", "400 days"])
exemptions = st.sampled_from(["strictly-necessary", "audience-measurement"])


def table(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(required, optional=optional)


def some(items: st.SearchStrategy[Any], least: int = 0) -> st.SearchStrategy[list[Any]]:
    return st.lists(items, min_size=least, max_size=3, unique_by=json.dumps)


trackers = table({"name": lines, "lifetime": lifetimes}, {"description": texts})
sites = table(
    {
        "name": lines,
        "hosts": some(st.from_regex(r"[a-z]{1,4}\.site", fullmatch=True), 1),
        "languages": st.permutations(LANGUAGES),
        "controller": table({"name": lines}, {"address": lines, "contact": lines}),
    },
    {
        "privacy_policy": st.sampled_from(["/", "/vie-privée", "https://site.example/p?q#r"]),
        "choice_lifetime": st.sampled_from(["6 months", "13 months", "1 day"]),
        "mode": st.sampled_from(["enforce", "observe"]),
        "texts": table(
            {}, dict.fromkeys(LANGUAGES, table({}, {"banner.title": st.text('aé’ "', min_size=1).map("x".__add__)}))
        ),
    },
)
services = table(
    {"purposes": some(st.sampled_from(PURPOSES), 1)},
    {
        "name": lines,
        "recipient": lines,
        "profiling": st.booleans(),
        "personal_data": some(st.sampled_from(["ip-address", "browsing", "comments"])),
        "countries": some(st.sampled_from(["FR", "US", "DE"])),
        "hosts": some(hosts),
        "cookies": some(trackers),
        "storage": some(trackers),
        "description": texts,
        "privacy_policy": st.just("https://palabre.example/privacy"),
        "placeholder": st.booleans()
        | table({}, {"within": st.sampled_from(["avis", "#avis"]), "text": texts, "picture": st.just("/still.jpg")}),
    },
)
known_purposes = st.fixed_dictionaries(dict.fromkeys(PURPOSES[1:], table({}, {"exempt": exemptions, "label": texts})))
own_purposes = st.dictionaries(ids.map("x".__add__), table({"label": texts, "description": texts}, {}), max_size=2)
documents = st.builds(
    lambda site, known, own, some_services: {"site": site, "purposes": {**known, **own}, "services": some_services},
    sites,
    known_purposes,
    own_purposes,
    st.dictionaries(ids, services, max_size=3),
)


def inline(value: Any) -> str:
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(f"{json.dumps(key, ensure_ascii=False)} = {inline(item)}" for key, item in value.items())
            + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def toml(document: dict[str, Any]) -> str:
    """Write a document with a header for each table of the second level."""
    return "".join(
        f"[{name}]\n"
        + "".join(f"{json.dumps(key, ensure_ascii=False)} = {inline(item)}\n" for key, item in part.items())
        if isinstance(part, dict)
        else f"{name} = {inline(part)}\n"
        for name, part in sorted(document.items(), key=lambda pair: isinstance(pair[1], dict))
    )


def shuffled(value: Any, dice: random.Random) -> Any:
    """The same with the keys of every table in another order; lists stay as they are."""
    if isinstance(value, dict):
        return {key: shuffled(value[key], dice) for key in dice.sample(list(value), len(value))}
    return [shuffled(item, dice) for item in value] if isinstance(value, list) else value


@given(documents)
@settings(max_examples=100, deadline=None)
def test_a_declaration_survives_being_written_as_a_document(document: dict[str, Any]) -> None:
    declaration = parse_declaration(toml(document), "f")
    written = json.loads(json.dumps(to_document(declaration)))

    assert from_document(written) == declaration
    assert version(from_document(written)) == version(declaration)


@given(documents, st.integers(0, 2**32))
@settings(max_examples=100, deadline=None)
def test_comments_white_space_and_the_order_of_keys_do_not_change_the_version(
    document: dict[str, Any], seed: int
) -> None:
    plain = toml(document)
    other = toml(shuffled(document, random.Random(seed))).replace("\n", "  # remark\n\n")

    assert version(parse_declaration(plain, "f")) == version(parse_declaration(other, "g"))


def test_the_version_is_a_hash_that_any_change_of_content_changes(design: str) -> None:
    before = version(parse_declaration(design, "f"))
    after = version(parse_declaration(design.replace("12 months", "11 months"), "f"))

    assert len(before) == 64
    assert set(before) <= set("0123456789abcdef")
    assert before != after


def test_a_version_stays_the_same_from_release_to_release(design: str) -> None:
    # A choice cookie names the version: a change here asks every visitor to be asked about again, so think twice.
    own_words = design.replace('use = "youtube"', 'purpose = "social"')

    assert (
        version(parse_declaration(own_words, "f")) == "830eaf6fe887dad95c3f0c2ffc682bd11dae42edec5db0a0da38c3b0097e52a3"
    )


@pytest.mark.parametrize("placeholder", ["true", "false", '{ within = "avis" }', '{ picture = "/a.jpg" }', "{}"])
def test_every_kind_of_placeholder_survives_being_written_as_a_document(design: str, placeholder: str) -> None:
    declaration = parse_declaration(f"{design}placeholder = {placeholder}\n", "f")

    assert from_document(to_document(declaration)) == declaration


def test_a_document_that_is_not_one_of_a_declaration_is_refused(design: str) -> None:
    document = to_document(parse_declaration(design, "f"))
    document["services"]["stats"]["purposes"] = ["fun"]
    with pytest.raises(DeclarationError) as caught:
        from_document(document)
    assert [problem.key for problem in caught.value.problems] == ["services.stats.purposes[0]"]


def accepts_or_refuses(text: str) -> None:
    """Either a declaration comes out, or problems that each name a line of the text and say something."""
    problems: tuple[Problem, ...] = ()
    try:
        parse_declaration(text, "f")
    except DeclarationError as error:
        problems = error.problems or (Problem(-1, "", "", ""),)
    for problem in problems:
        assert 0 <= problem.line <= text.count("\n") + 1
        assert problem.key
        assert problem.found
        assert problem.allowed


@given(st.text() | st.text("[]{}=.,\"'#\n\r\\ ab1:-"))
@settings(max_examples=200, deadline=None)
def test_any_text_is_accepted_or_refused_and_nothing_else(text: str) -> None:
    accepts_or_refuses(text)


junk = st.recursive(
    st.booleans() | st.integers(-9, 9) | st.text(max_size=5) | st.sampled_from(["*", "", "a" * 400, "x.example"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab. é", max_size=3), inner, max_size=3),
    max_leaves=6,
).filter(lambda value: "\x7f" not in json.dumps(value))


def places_in(value: Any) -> list[tuple[Any, Any]]:
    """Every container within a document with each of its keys or positions."""
    steps = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []
    return [(value, step) for step in steps] + [place for step in steps for place in places_in(value[step])]


@given(documents, st.data())
@settings(max_examples=200, deadline=None)
def test_a_declaration_with_anything_wrong_in_it_is_accepted_or_refused_and_nothing_else(
    document: dict[str, Any], data: st.DataObject
) -> None:
    for _ in range(data.draw(st.integers(1, 3))):
        container, step = data.draw(st.sampled_from(places_in(document)))
        how = data.draw(st.sampled_from(["replace", "remove", "rename"]))
        if how == "replace" or isinstance(container, list):
            container[step] = data.draw(junk)
        else:
            value = container.pop(step)
            if how == "rename":
                container[data.draw(st.text("ab.é-", max_size=4)) + "x"] = value
    accepts_or_refuses(toml(document))


@given(st.text(max_size=30))
def test_whatever_can_be_parsed_can_be_located(text: str) -> None:
    locate(f"{json.dumps(text, ensure_ascii=False)} = 1\n" if "\x7f" not in text else "")
