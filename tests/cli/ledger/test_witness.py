"""``bandeau ledger witness``: what witnesses sign is kept, and what they refuse is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeau.errors import BandeauError, SetupError
from bandeau.record.cosign import cosigned
from bandeau.record.keys import Kind, Signer, Verifier, format_vkey
from bandeau.record.stores.sqlite import SQLiteStore
from bandeau.record.witness import SIZE_TYPE
from bandeau.serve.opening import FILE
from bandeau.serve.witnessing import ask, parse_witness
from support.commands import Run
from support.ledgers import SIGNER, ledger, publish
from support.records import entry
from support.witnesses import TestWitness, serving


@pytest.fixture
def witness() -> TestWitness:
    return TestWitness(SIGNER.verifier)


@pytest.fixture
def named(witness: TestWitness) -> Iterator[str]:
    """The witness, as it is named on the command line."""
    with serving(witness) as url:
        yield f"{format_vkey(witness.signer.verifier)} {url}"


def note(data: Path) -> str:
    with closing(SQLiteStore(data / FILE)) as store:
        return str(store.published().result())


def grow(data: Path, number: int) -> None:
    with closing(SQLiteStore(data / FILE)) as store:
        store.append(entry(number)).result()


def test_a_cosignature_is_kept_with_the_signed_head(bandeau: Run, data: Path, witness: TestWitness, named: str) -> None:
    ran = bandeau("ledger", "witness", "--witness", named, "--data", data)
    assert (ran.code, ran.out, ran.err) == (0, "witness.example has cosigned the log of 61 leaves.\n", "")
    assert cosigned(note(data), [witness.signer.verifier]) == {"witness.example": 1_790_000_000}
    assert bandeau("ledger", "verify", "--data", data).code == 0


def test_the_next_head_is_proved_from_the_one_that_the_witness_knows(
    bandeau: Run, data: Path, witness: TestWitness, named: str
) -> None:
    bandeau("ledger", "witness", "--witness", named, "--data", data)
    grow(data, 500)
    assert bandeau("ledger", "witness", "--witness", named, "--data", data).code == 0
    assert witness.seen is not None
    assert (witness.seen.size, witness.asked) == (62, 2)


def test_a_witness_that_knows_another_size_is_asked_from_there(
    bandeau: Run, data: Path, witness: TestWitness, named: str
) -> None:
    bandeau("ledger", "witness", "--witness", named, "--data", data)
    with closing(SQLiteStore(data / FILE)) as store:
        store.cosign(61, note(data), note(data).partition("— witness")[0]).result()
    grow(data, 500)
    assert bandeau("ledger", "witness", "--witness", named, "--data", data).code == 0
    assert witness.asked == 3


def test_the_file_in_the_data_folder_names_witnesses(bandeau: Run, data: Path, named: str) -> None:
    assert "No witness is named" in bandeau("ledger", "witness", "--data", data).err
    (data / "witnesses").write_text(f"# ours\n\n{named}\n")
    ran = bandeau("ledger", "witness", "--data", data, "--json")
    assert json.loads(ran.out) == {"size": 61, "cosigned": ["witness.example"], "problems": {}}
    found = json.loads(bandeau("ledger", "status", "--data", data, "--json").out)
    assert found["checkpoint"]["cosigned"] == {"witness.example": "2026-09-21T14:13:20Z"}


def test_a_log_that_was_rolled_back_is_told_by_its_witness(bandeau: Run, data: Path, named: str) -> None:
    bandeau("ledger", "witness", "--witness", named, "--data", data)
    (data / FILE).unlink()
    ledger(data / FILE, 20)
    ran = bandeau("ledger", "witness", "--witness", named, "--data", data)
    assert ran.code == 1
    assert "has seen this log at 61 leaves, and it has 21 now: it was rolled back" in ran.err


def test_a_log_that_was_rewritten_is_told_by_its_witness(bandeau: Run, data: Path, named: str) -> None:
    bandeau("ledger", "witness", "--witness", named, "--data", data)
    for leaves, told in ((61, "another root of this log at 61 leaves: it was rewritten"), (70, "does not hold")):
        (data / FILE).unlink()
        with closing(SQLiteStore(data / FILE)) as store:
            for number in range(leaves):
                store.append(entry(number + 300)).result()
            publish(store)
        ran = bandeau("ledger", "witness", "--witness", named, "--data", data)
        assert ran.code == 1
        assert told in ran.err


def test_what_one_witness_refuses_does_not_keep_the_others_from_signing(
    bandeau: Run, data: Path, witness: TestWitness, named: str
) -> None:
    stranger = TestWitness(Verifier("other.example", bytes(32)), Signer("second.example", bytes(32), Kind.COSIGNATURE))
    with serving(stranger) as url:
        second = f"{format_vkey(stranger.signer.verifier)} {url}"
        ran = bandeau("ledger", "witness", "--witness", second, "--witness", named, "--data", data)
    assert ran.code == 1
    assert "second.example has not: the witness answers 403" in ran.err
    assert cosigned(note(data), [witness.signer.verifier])


def test_a_witness_that_is_not_there_is_told(bandeau: Run, data: Path, witness: TestWitness) -> None:
    with serving(witness) as url:
        pass
    ran = bandeau("ledger", "witness", "--witness", f"{format_vkey(witness.signer.verifier)} {url}", "--data", data)
    assert ran.code == 1
    assert "witness.example cannot be reached at http://127.0.0.1:" in ran.err


@pytest.mark.parametrize(
    "answer",
    [
        (200, "text/plain", b""),
        (200, "text/plain", b"\xff"),
        (200, "text/plain", "— witness.example AAAAAAAA\n".encode()),
        (200, "text/plain", b"x" * 1_000_001),
        (409, SIZE_TYPE, b"5\n"),
        (409, SIZE_TYPE, b"0\n"),
        (409, SIZE_TYPE, b"99999999999999999999\n"),
        (409, "text/plain", b"5\n"),
        (301, "text/plain", b""),
        (500, "", b""),
    ],
)
def test_whatever_a_witness_answers_nothing_false_is_kept(
    bandeau: Run, data: Path, witness: TestWitness, named: str, answer: tuple[int, str, bytes]
) -> None:
    witness.answer = answer
    before = note(data)
    ran = bandeau("ledger", "witness", "--witness", named, "--data", data)
    assert ran.code == 1
    assert "Traceback" not in ran.err
    assert note(data) == before


KEY = format_vkey(Signer("witness.example/w", bytes(32), Kind.COSIGNATURE).verifier)


@pytest.mark.parametrize("url", ["", "https://w.example", "http://127.0.0.1:80/x", "http://[::1]/", "http://localhost"])
def test_a_witness_is_reached_by_https_or_on_this_machine(url: str) -> None:
    assert parse_witness(f"{KEY} {url}".strip()).url == (url or "https://witness.example/w")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        format_vkey(SIGNER.verifier),
        f"{KEY} http://w.example",
        f"{KEY} http://127.0.0.1.example",
        f"{KEY} ftp://w.example",
        f"{KEY} https://",
        f"{KEY} https://user@w.example",
        f"{KEY} https://w.example/?x",
        f"{KEY} https://w.example/a b",
        f"{KEY} https://w.example/\r\nX: y",
    ],
)
def test_whatever_is_not_so_named_is_no_witness(text: str) -> None:
    with pytest.raises(SetupError):
        parse_witness(text)


def test_an_impossible_port_is_an_error_of_ours(data: Path) -> None:
    with pytest.raises(BandeauError):
        ask(parse_witness(f"{KEY} https://w.example:99999"), note(data), 0, lambda _: ())


@given(
    st.one_of(
        st.text(), st.text().map(lambda text: f"{KEY} {text}"), st.text().map(lambda text: f"{KEY} https://{text}")
    )
)
def test_any_text_names_a_witness_or_is_the_one_error(text: str) -> None:
    with suppress(SetupError):
        assert parse_witness(text).url.startswith(("https://", "http://"))
