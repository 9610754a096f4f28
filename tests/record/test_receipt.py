"""The receipt: it comes back from its document, and whatever of it is changed, it does not hold any more."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeau.errors import ProofError
from bandeau.record.entry import Action
from bandeau.record.proof import format_proof
from bandeau.record.receipt import (
    CHOICES_LIMIT,
    RECEIPT_LIMIT,
    check_receipt,
    from_document,
    read_receipt,
    to_document,
)
from support.receipts import ACCEPTED, ASKED, CHOICES, choice, digest, receipt
from support.signing import LOG, OTHER, WITNESS

WHOLE = receipt()
DOCUMENT = to_document(WHOLE)
KEYS = [LOG.verifier]


def refused(document: Any) -> None:
    """Neither read nor believed, and said by the one error."""
    with pytest.raises(ProofError):
        check_receipt(read_receipt(json.dumps(document)), KEYS)


def changed() -> Any:
    return copy.deepcopy(DOCUMENT)


def test_a_receipt_holds_with_the_logs_key_alone_and_names_the_head_that_says_so() -> None:
    assert check_receipt(read_receipt(json.dumps(DOCUMENT)), KEYS).size == 12


def test_a_receipt_of_before_versions_were_logged_holds() -> None:
    old = receipt(asked=None)
    assert "asked" not in to_document(old)["choices"][0]
    check_receipt(read_receipt(json.dumps(to_document(old))), KEYS)


def test_a_receipt_without_the_texts_that_it_names_holds() -> None:
    check_receipt(receipt(declaration=None, notice=None), KEYS)


@given(
    st.lists(st.sampled_from(CHOICES), min_size=1, max_size=6),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_a_receipt_comes_back_from_its_document(choices: Any, asked: bool, declared: bool, told: bool) -> None:
    made = receipt(choices, ASKED if asked else None)
    made = replace(made, declarations=made.declarations if declared else {}, notices=made.notices if told else {})
    assert from_document(json.loads(json.dumps(to_document(made)))) == made
    check_receipt(made, KEYS)


# -- where it stands ------------------------------------------------------------------------------------------------


def test_it_is_found_alone_within_terms_for_machines_and_within_a_page() -> None:
    terms = json.dumps({"@type": "dpv:ConsentReceipt", "bandeau": DOCUMENT})
    page = f'<!DOCTYPE html><p>…</p><script type="application/ld+json">{terms}</script></html>'
    for text in (json.dumps(DOCUMENT), terms, page):
        assert read_receipt(text) == WHOLE


def test_a_page_with_two_receipts_is_refused() -> None:
    one = f'<script type="application/ld+json">{json.dumps(DOCUMENT)}</script>'
    assert read_receipt(one) == WHOLE
    with pytest.raises(ProofError):
        read_receipt(one + one)


# -- one test for each thing that can be changed --------------------------------------------------------------------


def other_byte(text: str, at: int) -> str:
    return text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]


@given(st.integers(0, len(DOCUMENT["choices"]) - 1), st.data())
def test_another_byte_of_a_record_is_refused(number: int, data: st.DataObject) -> None:
    document = changed()
    body = document["choices"][number]["record"]
    document["choices"][number]["record"] = other_byte(body, data.draw(st.integers(0, len(body) - 1)))
    refused(document)


@given(st.integers(0, 63))
def test_another_byte_of_a_salt_is_refused(at: int) -> None:
    document = changed()
    document["choices"][0]["salt"] = other_byte(document["choices"][0]["salt"], at)
    refused(document)


@given(st.booleans(), st.data())
def test_another_byte_of_a_proof_is_refused(of_version: bool, data: st.DataObject) -> None:
    document = changed()
    holder = document["choices"][1]["asked"] if of_version else document["choices"][1]
    holder["proof"] = other_byte(holder["proof"], data.draw(st.integers(0, len(holder["proof"]) - 1)))
    refused(document)


@given(st.data())
def test_another_byte_of_what_was_asked_is_refused(data: st.DataObject) -> None:
    document = changed()
    asked = document["choices"][0]["asked"]
    asked["version"] = other_byte(asked["version"], data.draw(st.integers(0, len(asked["version"]) - 1)))
    refused(document)


@pytest.mark.parametrize("kind", ["declarations", "notices"])
@given(data=st.data())
def test_another_byte_of_a_text_is_refused(kind: str, data: st.DataObject) -> None:
    document = changed()
    ((name, text),) = document[kind].items()
    document[kind][name] = other_byte(text, data.draw(st.integers(0, len(text) - 1)))
    refused(document)


def test_a_text_that_no_choice_names_is_refused() -> None:
    for kind in ("declarations", "notices"):
        document = changed()
        document[kind][digest("never shown")] = "never shown"
        refused(document)


def test_another_logs_key_is_refused() -> None:
    for keys in ([OTHER.verifier], [], [WITNESS.verifier]):
        with pytest.raises(ProofError):
            check_receipt(WHOLE, keys)


def test_a_witness_that_did_not_cosign_is_missed() -> None:
    with pytest.raises(ProofError, match=r"witness\.example/w1"):
        check_receipt(WHOLE, KEYS, [WITNESS.verifier])


def test_another_records_choice_mixed_in_is_refused_though_the_log_has_it() -> None:
    mixed = receipt((ACCEPTED, choice(1, Action.REFUSE_ALL, record=bytes(16))))
    with pytest.raises(ProofError, match="not of one record"):
        check_receipt(mixed, KEYS)


def test_a_choice_under_another_ones_proof_is_refused() -> None:
    document = changed()
    first, second = document["choices"][:2]
    first["proof"], second["proof"] = second["proof"], first["proof"]
    refused(document)


def test_what_was_asked_after_the_choice_proves_nothing_of_it() -> None:
    with pytest.raises(ProofError, match="logged after the choice"):
        check_receipt(receipt(late=True), KEYS)


@pytest.mark.parametrize(
    "asked",
    [replace(ASKED, declaration=digest("another")), replace(ASKED, notices={"fr": digest("other words")})],
    ids=["declaration", "words"],
)
def test_what_was_asked_is_of_the_declaration_and_the_words_that_the_choice_names(asked: Any) -> None:
    with pytest.raises(ProofError, match="not what the choice answers"):
        check_receipt(receipt(asked=asked), KEYS)


def test_the_message_says_of_which_choice_something_does_not_hold() -> None:
    broken = replace(WHOLE.choices[2], proof=WHOLE.choices[1].proof)
    with pytest.raises(ProofError, match="choice 3 of 4"):
        check_receipt(replace(WHOLE, choices=(*WHOLE.choices[:2], broken, WHOLE.choices[3])), KEYS)


def test_data_beside_a_proof_which_nothing_authenticates_is_refused() -> None:
    for of_version in (False, True):
        document = changed()
        one = WHOLE.choices[0]
        proof = one.asked[1] if of_version and one.asked else one.proof
        holder = document["choices"][0]["asked"] if of_version else document["choices"][0]
        holder["proof"] = format_proof(replace(proof, extra=b"it was somebody else"))
        refused(document)


# -- hostile files --------------------------------------------------------------------------------------------------


LEAVES = st.none() | st.booleans() | st.integers() | st.text()
JSON = st.recursive(LEAVES, lambda one: st.lists(one) | st.dictionaries(st.text(), one))


def mutations() -> Iterator[Any]:
    """Documents that are nearly one."""
    for key in DOCUMENT:
        document = changed()
        del document[key]
        yield document
        for value in (None, 7, "x", [], {}, [[]], [{}], {"x": 1}, {"x": "\ud800"}, {digest("x"): None}):
            yield {**changed(), key: value}
    for key in DOCUMENT["choices"][0]:
        for value in (None, 7, "", "x", "\ud800", [], {}, {"proof": "x", "version": "x"}):
            document = changed()
            document["choices"][0][key] = value
            yield document
    yield {**changed(), "more": 1}
    yield {**changed(), "format": 2}
    yield {**changed(), "choices": DOCUMENT["choices"] * CHOICES_LIMIT}


@pytest.mark.parametrize("number", range(len(list(mutations()))))
def test_a_document_that_is_nearly_a_receipt_is_refused(number: int) -> None:
    document = list(mutations())[number]
    if document == DOCUMENT or document.get("declarations") == {} or document.get("notices") == {}:
        check_receipt(read_receipt(json.dumps(document)), KEYS)  # a text less is no lie
    else:
        refused(document)


@given(st.text() | st.binary().map(lambda one: one.decode("latin-1")))
def test_any_text_is_a_receipt_or_is_refused(text: str) -> None:
    for file in (text, f'<script type="application/ld+json">{text}</script>'):
        with pytest.raises(ProofError):
            read_receipt(file)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda one: st.lists(one) | st.dictionaries(st.text(), one),
    )
)
def test_any_json_is_a_receipt_or_is_refused(document: Any) -> None:
    for one in (document, {"bandeau": document}):
        with pytest.raises(ProofError):
            read_receipt(json.dumps(one))


def test_what_is_far_too_long_or_far_too_deep_is_refused() -> None:
    for text in (" " * (RECEIPT_LIMIT + 1), "[" * 1_000_000, '{"choices":' * 100_000, "1" * 10_000):
        with pytest.raises(ProofError):
            read_receipt(text)


def test_a_key_that_stands_twice_says_nothing_else_than_the_last() -> None:
    text = json.dumps(DOCUMENT)
    doubled = '{"notices": {"x": "y"}, ' + text[1:]
    assert read_receipt(doubled) == WHOLE
