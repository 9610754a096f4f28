"""What a visitor takes along: the own receipt and nobody else's, that holds offline, also once all is erased here."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyld import jsonld
from selectolax.lexbor import LexborHTMLParser as Parser

from bandeau.errors import StoreError
from bandeau.record.keys import Signer, format_vkey, parse_vkey
from bandeau.record.receipt import Receipt, check_receipt, read_receipt
from support.sites import DECLARATION, EDGES, Got, Pages, Running, behind

FORMS = {
    "receipt": ("text/html; charset=utf-8", "consent-receipt.html"),
    "receipt.jsonld": ("application/ld+json", "consent-receipt.jsonld"),
    "receipt.kantara.json": ("application/json", "consent-receipt.kantara.json"),
}
HERE = {"sec-fetch-site": "same-origin"}


@pytest.fixture(scope="module", params=EDGES)
def edge(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with behind(request.param, Pages(), tmp_path_factory.mktemp(request.param)) as running:
        yield running


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with behind("asgi", Pages(), tmp_path_factory.mktemp("receipts")) as one:
        yield one


def take(running: Running, name: str, cookie: str, method: str = "GET") -> Got:
    return running.get(f"/.bandeau/{name}", method=method, headers={"cookie": cookie} if cookie else {})


def checked(running: Running, text: str) -> Receipt:
    """The receipt in a file, checked as anybody does it, with the keys that the site publishes."""
    receipt = read_receipt(text)
    check_receipt(receipt, map(parse_vkey, running.get("/.bandeau/log/keys").text.split()))
    return receipt


def failing(error: Exception) -> Any:
    def fail(*_: object) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_exception(error)
        return future

    return fail


@pytest.mark.parametrize("name", FORMS)
def test_a_form_of_the_receipt_is_downloaded_and_never_kept_by_a_cache(edge: Running, name: str) -> None:
    cookie = edge.choose("accept-all").choice
    got, head = take(edge, name, cookie), take(edge, name, cookie, "HEAD")
    content_type, file = FORMS[name]
    assert (got.status, got.one("content-type")) == (200, content_type)
    assert got.one("content-disposition") == f'attachment; filename="{file}"'
    assert got.one("cache-control") == "no-store"
    assert got.one("x-content-type-options") == "nosniff"
    assert "default-src 'none'" in got.one("content-security-policy")
    assert (head.status, head.body) == (200, b"")
    assert head.one("content-length") == str(len(got.body)) or name != "receipt.kantara.json"


def test_a_visitor_chooses_downloads_and_the_file_holds_offline(edge: Running) -> None:
    cookie = edge.choose("accept-all").choice
    cookie = edge.choose("refuse-all", cookie=cookie).choice
    for name in ("receipt?lang=fr", "receipt.jsonld"):
        receipt = checked(edge, take(edge, name, cookie).text)
        assert [one.entry.action for one in receipt.choices] == ["accept-all", "withdraw"]
        assert all(one.asked for one in receipt.choices)
        assert len(receipt.declarations) == len(receipt.notices) == 1


def test_after_erasing_the_file_still_holds_and_the_server_has_none(edge: Running) -> None:
    cookie = edge.choose("accept-all").choice
    kept = take(edge, "receipt", cookie).text
    assert edge.get("/.bandeau/erase", method="POST", headers={"cookie": cookie, **HERE}).status == 303
    for name in FORMS:
        assert take(edge, name, cookie).status == 404
    assert len(checked(edge, kept).choices) == 1


def test_another_visitors_cookie_gives_only_the_own_receipt(running: Running) -> None:
    mine, other = running.choose("accept-all").choice, running.choose("refuse-all").choice
    records = {checked(running, take(running, "receipt", one).text).choices[0].entry.record for one in (mine, other)}
    assert len(records) == 2
    (choice,) = checked(running, take(running, "receipt", other).text).choices
    assert choice.entry.action == "refuse-all"


@pytest.mark.parametrize("cookie", ["", "bandeau_choice=x", "bandeau_choice=AAAA.BBBB.CCCC"])
@pytest.mark.parametrize("name", FORMS)
def test_without_a_record_there_is_no_receipt(running: Running, name: str, cookie: str) -> None:
    got = take(running, name, cookie)
    assert got.status == 404
    assert got.one("cache-control") == "no-store"
    assert "content-disposition" not in dict(got.headers)


def test_what_does_not_hold_is_never_given_out(
    running: Running, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    cookie = running.choose("accept-all").choice
    whole = running.site.ledger.receipt

    def tampered(record: bytes) -> Any:
        receipt = yield from whole(record)
        first = receipt.choices[0]
        return replace(receipt, choices=(replace(first, entry=replace(first.entry, salt=bytes(32))),))

    monkeypatch.setattr(running.site.ledger, "receipt", tampered)
    for name in FORMS:
        with caplog.at_level(logging.ERROR, logger="bandeau"):
            got = take(running, name, cookie)
        assert got.status == 500
        assert b"accept-all" not in got.body
    assert "ProofError" in caplog.text


def test_a_store_that_cannot_be_read_is_said_to_be_so(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    cookie = running.choose("accept-all").choice
    monkeypatch.setattr(running.site.store, "history", failing(StoreError("disk")))
    for name in FORMS:
        got = take(running, name, cookie)
        assert (got.status, got.one("retry-after")) == (503, "5")


def test_the_terms_for_machines_are_those_of_the_declaration_that_was_answered(tmp_path: Path) -> None:
    with behind("asgi", Pages(), tmp_path) as before:
        cookie = before.choose("accept-all").choice
    renamed = DECLARATION.replace('"Palabre SA"', '"Palabre Holding"')
    with behind("asgi", Pages(), tmp_path, renamed) as after:
        cookie = after.choose("accept-all", cookie=cookie).choice
        text = take(after, "receipt.jsonld", cookie).text
        checked(after, text)
        page = take(after, "receipt?lang=fr", cookie).text
    document = json.loads(text)
    first, second = document["dpv:hasRecordOfActivity"]
    assert "Palabre SA" in json.dumps(first)
    assert "Palabre Holding" not in json.dumps(first)
    assert "Palabre Holding" in json.dumps(second)
    newest, oldest = [one.text() for one in Parser(page).css("table")]
    assert "Palabre Holding" in newest
    assert "Palabre SA" in oldest
    assert len(jsonld.expand(document)) == 1


def test_addresses_in_it_are_those_under_which_the_visitor_reached_the_site(running: Running) -> None:
    cookie = running.choose("accept-all").choice
    document = json.loads(take(running, "receipt.jsonld", cookie).text)
    own = f"http://gazette.localhost:{running.port}/.bandeau/"
    for control in document["dpv:hasRecordOfActivity"][0]["dpv:hasConsentControl"]:
        assert control["dpv:isExercisedAt"]["@id"] == own + "settings"
    assert f'href="{own}log/keys"' in take(running, "receipt", cookie).text


def test_a_host_that_is_no_host_changes_nothing_but_addresses(running: Running) -> None:
    cookie = running.choose("accept-all").choice
    got = running.get("/.bandeau/receipt", headers={"cookie": cookie, "host": '"><script>alert(1)</script>'})
    assert got.status in (200, 400)
    assert b"<script>alert" not in got.body


# -- a record that is withheld --------------------------------------------------------------------------------------

REASON = "Dossier 12 <b>au tribunal</b> & appel"


def withheld(running: Running) -> tuple[str, Got]:
    """A cookie whose record is withheld, and the answer to erasing it."""
    cookie = running.choose("accept-all").choice
    record = bytes.fromhex(json.loads(take(running, "my-choices.json", cookie).text)["choices"][0]["record"])
    running.site.store.withhold(record, REASON, 0).result()
    headers = {"cookie": f"{cookie}; palabre_uid=1", "content-type": "application/x-www-form-urlencoded", **HERE}
    got = running.get("/.bandeau/erase", method="POST", body=b"lang=fr&back=/article", headers=headers)
    return cookie, got


def test_a_withheld_record_is_not_erased_and_its_visitor_reads_why_and_whom_to_write_to(edge: Running) -> None:
    _, got = withheld(edge)
    assert got.status == 403
    text = Parser(got.text).body.text()
    assert REASON in text
    assert "<b>au tribunal" not in got.text
    assert "dpo@gazette.localhost" in text
    assert "CNIL" in text


def test_a_withheld_record_does_not_keep_the_choice_in_force(edge: Running) -> None:
    _, got = withheld(edge)
    assert any(one.startswith("palabre_uid=;") for one in got.all("set-cookie"))
    assert got.one("clear-site-data")
    assert got.choice
    page = edge.get("/", headers={"cookie": got.choice})
    assert "bandeau-notice" in page.text  # the question comes back
    assert "palabre.localhost" not in page.one("content-security-policy")


def test_a_withheld_record_is_still_found_seen_and_taken_along(running: Running) -> None:
    _, got = withheld(running)
    assert "tout accepté" in take(running, "my-choices?lang=fr", got.choice).text
    assert len(checked(running, take(running, "receipt", got.choice).text).choices) == 1


def test_once_released_it_is_erased(running: Running) -> None:
    _, got = withheld(running)
    record = json.loads(take(running, "my-choices.json", got.choice).text)["choices"][0]["record"]
    assert running.site.store.release(bytes.fromhex(record)).result()
    again = running.get("/.bandeau/erase", method="POST", headers={"cookie": got.choice, **HERE})
    assert again.status == 303
    assert "Max-Age=0" in again.one("set-cookie")
    assert take(running, "receipt", got.choice).status == 404


def test_the_page_of_ones_choices_leads_to_every_form(running: Running) -> None:
    cookie = running.choose("accept-all").choice
    links = Parser(take(running, "my-choices?lang=fr", cookie).text).css("a[download]")
    for link in links:
        assert take(running, re.sub(r"^/\.bandeau/", "", link.attributes["href"] or ""), cookie).status == 200
    assert len(links) == 4


@pytest.mark.parametrize("path", ["receipt", "receipt.jsonld"])
def test_the_command_on_the_page_checks_the_file_that_was_downloaded(path: str, tmp_path: Path) -> None:
    with behind("asgi", Pages(), tmp_path) as running:
        choice = running.choose("accept-all").choice
        file = tmp_path / "consent-receipt.html"
        file.write_bytes(running.get(f"/.bandeau/{path}", headers={"cookie": choice}).body)
        key = running.get("/.bandeau/log/keys").text.strip()

    def checked(key: str) -> subprocess.CompletedProcess[str]:
        command = [
            sys.executable,
            "-c",
            "from bandeau.cli import main; main()",
            "ledger",
            "check",
            str(file),
            "--key",
            key,
        ]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path / "data")

    done = checked(key)
    assert (done.returncode, done.stderr) == (0, "")
    assert "accept-all" in done.stdout
    other = format_vkey(Signer(key.partition("+")[0], bytes(32)).verifier)
    assert checked(other).returncode == 1
    file.write_text(file.read_text().replace("accept-all", "refuse-all"))
    assert checked(key).returncode == 1
