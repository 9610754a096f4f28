"""``bandeau ledger``: the group, its key, what it is, and whether it holds."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bandeau.cli.ledger import COMMANDS
from bandeau.cli.ledger.common import done
from bandeau.record.keys import Signer, format_private_key, format_vkey
from bandeau.record.receipt import to_document
from bandeau.record.stores.postgres import PostgresStore
from bandeau.record.stores.sqlite import SQLiteStore
from bandeau.serve.keys import LogKeys
from bandeau.serve.ledger import Ledger
from bandeau.serve.opening import FILE
from support.commands import Run
from support.ledgers import ERASED, ORIGIN, SIGNER, fill, publish
from support.postgres import Server
from support.records import entry

KEY = format_vkey(SIGNER.verifier)
STRANGER = Signer(ORIGIN, bytes(32))
DECLARATION = Path(__file__).parents[3] / "examples" / "fastapi" / "bandeau.toml"


def tamper(data: Path, statement: str) -> None:
    with closing(sqlite3.connect(data / FILE)) as connection, connection:
        assert connection.execute(statement).rowcount


def receipt_of(data: Path, number: int) -> str:
    """The receipt of a choice, as a visitor keeps it."""
    with closing(SQLiteStore(data / FILE)) as store:
        receipt = done(Ledger(store, LogKeys((SIGNER,))).receipt(entry(number).record))
    assert receipt
    return json.dumps(to_document(receipt))


# -- the group ----------------------------------------------------------------------------------------------------


def test_the_help_names_every_command_and_gives_examples(bandeau: Run) -> None:
    ran = bandeau("ledger", "--help")
    assert ran.code == 0
    assert all(command.__name__ in ran.out for command in COMMANDS)
    assert "For example" in ran.out


@pytest.mark.parametrize("command", [command.__name__ for command in COMMANDS])
def test_the_help_of_each_command_gives_an_example(bandeau: Run, command: str) -> None:
    ran = bandeau("ledger", command, "--help")
    assert ran.code == 0
    assert f"bandeau ledger {command}" in ran.out.partition("For example")[2]


def test_an_unknown_command_of_the_group_is_unusable(bandeau: Run) -> None:
    assert bandeau("ledger", "nothing").code == 2


@pytest.mark.parametrize("command", ["status", "verify", "export", "witness --witness x", "release " + "0" * 32])
def test_where_there_is_no_ledger_none_is_made(bandeau: Run, tmp_path: Path, command: str) -> None:
    ran = bandeau("ledger", *command.split(), "--data", tmp_path / "none")
    assert ran.code == 1
    assert ran.err.startswith("bandeau: ")
    assert ran.err.count("\n") == 1
    assert not (tmp_path / "none").exists()


# -- init ---------------------------------------------------------------------------------------------------------


def test_init_makes_a_log_and_its_key_and_shows_only_the_public_half(bandeau: Run, tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = bandeau("ledger", "init", "--data", data, "--declaration", DECLARATION, "--json")
    assert first.code == 0
    found = json.loads(first.out)
    assert found["size"] == 0
    assert found["keys"][0]["key"].startswith(found["log"] + "+")
    assert (data / "log-keys").stat().st_mode & 0o777 == 0o600
    secret = (data / "log-keys").read_text().strip().rpartition("+")[2]
    assert secret not in first.out
    assert json.loads(bandeau("ledger", "init", "--data", data, "--declaration", DECLARATION, "--json").out) == found
    assert bandeau("ledger", "verify", "--data", data).code == 0


def test_init_refuses_another_key_unless_the_own_one_is_lost(bandeau: Run, data: Path) -> None:
    (data / "log-keys").write_text(format_private_key(STRANGER) + "\n")
    refused = bandeau("ledger", "init", "--data", data, "--declaration", DECLARATION)
    assert refused.code == 1
    assert "bandeau ledger init --help" in refused.err
    assert bandeau("ledger", "init", "--data", data, "--declaration", DECLARATION, "--key-is-lost").code == 0
    assert bandeau("ledger", "init", "--data", data, "--declaration", DECLARATION).code == 0


def test_init_gives_the_log_another_name_where_one_is_asked_for(bandeau: Run, tmp_path: Path) -> None:
    ran = bandeau("ledger", "init", "--data", tmp_path / "data", "--name", "gazette.example/log-2", "--json")
    assert json.loads(ran.out)["log"] == "gazette.example/log-2"
    assert bandeau("ledger", "init", "--data", tmp_path / "other", "--name", "two words").code == 1
    assert not (tmp_path / "other").exists()
    assert "is gazette.example/log-2" in bandeau("ledger", "init", "--data", tmp_path / "data", "--name", "x").err


def test_an_unusable_declaration_names_no_log(bandeau: Run, tmp_path: Path) -> None:
    assert bandeau("ledger", "init", "--data", tmp_path, "--declaration", tmp_path / "none.toml").code == 2


# -- status -------------------------------------------------------------------------------------------------------


def test_status_tells_what_there_is(bandeau: Run, data: Path) -> None:
    bandeau("ledger", "withhold", entry(3).record.hex(), "--reason", "a claim", "--data", data)
    ran = bandeau("ledger", "status", "--data", data, "--json")
    found = json.loads(ran.out)
    note = found["checkpoint"].pop("note")
    assert note.startswith(f"{ORIGIN}\n61\n")
    assert found.pop("root") == note.split("\n")[2]
    assert found.pop("bytes") > 1_000
    assert found == {
        "log": ORIGIN,
        "size": 61,
        "checkpoint": {"size": 61, "behind": 0, "after": "2026-01-01T00:00:00Z", "cosigned": {}},
        "choices": 59,
        "erased": 1,
        "versions": 1,
        "withheld": 1,
        "keys": [{"name": ORIGIN, "id": SIGNER.verifier.key_id.hex(), "key": KEY}],
    }


def test_status_shows_no_secret_and_breaks_no_key(bandeau: Run, data: Path) -> None:
    ran = bandeau("ledger", "status", "--data", data)
    assert ran.code == 0
    assert KEY in ran.out
    assert "PRIVATE" not in ran.out
    assert "\x1b" not in ran.out


# -- verify -------------------------------------------------------------------------------------------------------


def test_verify_says_one_line_where_everything_holds(bandeau: Run, data: Path) -> None:
    ran = bandeau("ledger", "verify", "--data", data)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("The ledger holds: 61 leaves, root ")
    assert ran.out.count("\n") == 1
    assert json.loads(bandeau("ledger", "verify", "--data", data, "--json").out)["holds"] is True


def test_verify_names_the_first_wrong_leaf(bandeau: Run, data: Path) -> None:
    tamper(data, "UPDATE entries SET salt = zeroblob(32) WHERE seq IN (30, 40)")
    ran = bandeau("ledger", "verify", "--data", data)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("leaf 30\n    found one whose commitment is ")
    assert ran.err.endswith("2 faults: this ledger does not hold.\n")
    found = json.loads(bandeau("ledger", "verify", "--data", data, "--json").out)
    assert (found["holds"], [fault["leaf"] for fault in found["faults"]]) == (False, [30, 40])


def test_verify_does_not_list_faults_without_end(bandeau: Run, data: Path) -> None:
    tamper(data, "UPDATE entries SET salt = zeroblob(32) WHERE salt IS NOT NULL")
    found = json.loads(bandeau("ledger", "verify", "--data", data, "--json").out)
    assert (len(found["faults"]), found["more"]) == (20, True)
    assert bandeau("ledger", "verify", "--data", data).err.endswith("More than 20 faults: this ledger does not hold.\n")


def test_verify_tells_a_database_that_cannot_be_read(bandeau: Run, data: Path) -> None:
    content = (data / FILE).read_bytes()
    (data / FILE).write_bytes(content[:8192] + bytes(len(content) - 8192))
    ran = bandeau("ledger", "verify", "--data", data)
    assert ran.code == 1
    assert "Traceback" not in ran.err
    (data / FILE).write_bytes(b"no database" * 999)
    ran = bandeau("ledger", "verify", "--data", data)
    assert ran.code == 1
    assert ran.err.startswith("bandeau: records cannot be kept in ")


def test_verify_with_another_key_in_the_data_folder_finds_the_signatures_wrong(bandeau: Run, data: Path) -> None:
    (data / "log-keys").write_text(format_private_key(STRANGER) + "\n")
    ran = bandeau("ledger", "verify", "--data", data)
    assert ran.code == 1
    assert "kept checkpoint of size 61" in ran.err
    assert bandeau("ledger", "verify", "--data", data, "--key", KEY).code == 0


def test_a_changed_byte_of_the_key_is_seen(bandeau: Run, data: Path) -> None:
    text = (data / "log-keys").read_text()
    for at in range(0, len(text) - 1, 5):
        changed = "B" if text[at] == "A" else "A"
        (data / "log-keys").write_text(text[:at] + changed + text[at + 1 :])
        ran = bandeau("ledger", "verify", "--data", data)
        assert ran.code == 1
        assert text.strip().rpartition("+")[2] not in ran.err


def test_verify_without_any_key_takes_that_of_the_database_or_says_that_there_is_none(bandeau: Run, data: Path) -> None:
    (data / "log-keys").unlink()
    assert "signature" not in bandeau("ledger", "verify", "--data", data).out
    tamper(data, "DELETE FROM archive WHERE kind = 'log-key'")
    ran = bandeau("ledger", "verify", "--data", data)
    assert ran.code == 0
    assert "no signature was checked" in ran.out
    assert not (data / "log-keys").exists()


def test_verify_holds_the_ledger_against_a_kept_checkpoint(bandeau: Run, data: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text(json.loads(bandeau("ledger", "status", "--data", data, "--json").out)["checkpoint"]["note"])
    assert bandeau("ledger", "verify", "--data", data, "--checkpoint", kept).code == 0
    (data / FILE).unlink()
    with closing(SQLiteStore(data / FILE)) as store:
        store.append(entry(0)).result()
        publish(store)
    assert bandeau("ledger", "verify", "--data", data).code == 0
    ran = bandeau("ledger", "verify", "--data", data, "--checkpoint", kept)
    assert ran.code == 1
    assert ran.err.startswith("leaf 1\n    found the end of the log, at 1 leaves\n    expected 61 leaves")
    kept.write_text(kept.read_text().replace("61", "62"))
    assert "kept.txt does not hold" in bandeau("ledger", "verify", "--data", data, "--checkpoint", kept).err


def test_what_a_former_key_signed_is_evidence_after_the_key_was_changed(
    bandeau: Run, data: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "receipt.json"
    kept.write_text(receipt_of(data, 20))
    bandeau("ledger", "init", "--data", data, "--declaration", DECLARATION, "--new-key")
    (data / "log-keys").write_text((data / "log-keys").read_text().split()[-1] + "\n")
    with closing(SQLiteStore(data / FILE)) as store:
        store.append(entry(900)).result()
    assert bandeau("ledger", "prove", "61", "--data", data, "--output", tmp_path).code == 0
    assert bandeau("ledger", "verify", "--data", data, "--receipt", kept).code == 0
    assert bandeau("ledger", "check", kept, "--data", data).code == 1
    assert bandeau("ledger", "check", kept, "--key", KEY).code == 0


def test_verify_holds_the_ledger_against_a_receipt(bandeau: Run, data: Path, tmp_path: Path) -> None:
    kept = tmp_path / "receipt.json"
    kept.write_text(receipt_of(data, 20))
    assert bandeau("ledger", "verify", "--data", data, "--receipt", kept).code == 0
    (data / FILE).unlink()
    with closing(SQLiteStore(data / FILE)) as store:
        for number in range(61):
            future = store.append(entry(number + 500))
        future.result()
    ran = bandeau("ledger", "verify", "--data", data, "--receipt", kept)
    assert ran.code == 1
    assert f"what {kept} proves" in ran.err


# -- prove and check ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["21", entry(20).record.hex()])
def test_what_is_proved_is_checked_with_nothing_but_the_key(
    bandeau: Run, data: Path, tmp_path: Path, what: str
) -> None:
    proved = bandeau("ledger", "prove", what, "--data", data, "--output", tmp_path / "proofs")
    file = tmp_path / "proofs" / "leaf-21.tlog-proof"
    assert (proved.code, proved.out) == (0, f"{file}\n")
    ran = bandeau("ledger", "check", file, "--key", KEY, "--data", tmp_path / "none", "--json")
    found = json.loads(ran.out)
    assert (ran.code, found["holds"], found["size"], found["leaves"][0]["index"]) == (0, True, 61, 21)
    assert bandeau("ledger", "verify", "--data", data, "--receipt", file).code == 0


def test_a_proof_signs_a_new_head_where_none_covers_the_leaf(bandeau: Run, data: Path, tmp_path: Path) -> None:
    with closing(SQLiteStore(data / FILE)) as store:
        store.append(entry(900)).result()
    key = (data / "log-keys").read_text()
    (data / "log-keys").unlink()
    assert "is not here" in bandeau("ledger", "prove", "61", "--data", data, "--output", tmp_path).err
    (data / "log-keys").write_text(key)
    assert bandeau("ledger", "prove", "61", "--data", data, "--output", tmp_path).code == 0
    assert bandeau("ledger", "check", tmp_path / "leaf-61.tlog-proof", "--key", KEY).code == 0


def test_what_is_not_there_cannot_be_proved(bandeau: Run, data: Path) -> None:
    assert "has 61 leaves" in bandeau("ledger", "prove", "61", "--data", data).err
    assert "is erased" in bandeau("ledger", "prove", entry(ERASED).record.hex(), "--data", data).err
    assert bandeau("ledger", "prove", "xyz", "--data", data).code == 1


def test_a_receipt_is_checked_and_its_choices_told(bandeau: Run, data: Path, tmp_path: Path) -> None:
    file = tmp_path / "receipt.json"
    file.write_text(receipt_of(data, 21))
    found = json.loads(bandeau("ledger", "check", file, "--key", KEY, "--json").out)
    assert found["choices"] == [
        {
            "index": 22,
            "time": "2026-01-01T00:00:00Z",
            "action": "custom",
            "services": {"comments": True, "video": False},
        }
    ]
    assert "allowed: comments" in bandeau("ledger", "check", file, "--key", KEY).out


def test_what_does_not_hold_is_said_in_one_sentence(bandeau: Run, data: Path, tmp_path: Path) -> None:
    bandeau("ledger", "prove", "21", "--data", data, "--output", tmp_path)
    file = tmp_path / "leaf-21.tlog-proof"
    stranger = format_vkey(STRANGER.verifier)
    ran = bandeau("ledger", "check", file, "--key", stranger)
    assert ran.code == 1
    assert ran.err.startswith(f"bandeau: {file} does not hold: ")
    ran = bandeau("ledger", "check", file, "--key", stranger, "--json")
    assert (ran.code, json.loads(ran.out)["holds"]) == (1, False)
    file.write_text(file.read_text().replace("index 21", "index 22"))
    assert bandeau("ledger", "check", file, "--key", KEY).code == 1
    file.write_bytes(b"\xff\xfe")
    assert "it is not text" in bandeau("ledger", "check", file, "--key", KEY).err
    assert bandeau("ledger", "check", tmp_path / "none", "--key", KEY).code == 1
    assert "cannot be used" in bandeau("ledger", "check", file, "--key", "nonsense").err
    assert "--key" in bandeau("ledger", "check", file, "--data", tmp_path).err


# -- retention ----------------------------------------------------------------------------------------------------


def test_what_is_withheld_stays_and_what_is_old_goes(bandeau: Run, data: Path) -> None:
    held = entry(3).record.hex()
    assert bandeau("ledger", "withhold", held, "--reason", "a claim", "--data", data).code == 0
    ran = bandeau("ledger", "expire", "--older-than", "1 day", "--data", data, "--json")
    assert json.loads(ran.out) == {"erased": 58}
    assert bandeau("ledger", "verify", "--data", data).code == 0
    assert bandeau("ledger", "release", held, "--data", data).code == 0
    assert bandeau("ledger", "release", held, "--data", data).code == 1
    assert bandeau("ledger", "expire", "--older-than", "1 day", "--data", data).out == "1 entry erased.\n"


@pytest.mark.parametrize("time", ["", "session", "until erased", "0 days", "25", "-1 days", "soon"])
def test_an_age_that_is_none_erases_nothing(bandeau: Run, data: Path, time: str) -> None:
    assert bandeau("ledger", "expire", "--older-than", time, "--data", data).code in (1, 2)
    assert json.loads(bandeau("ledger", "status", "--data", data, "--json").out)["choices"] == 59


def test_young_entries_stay(bandeau: Run, data: Path) -> None:
    assert bandeau("ledger", "expire", "--older-than", "900 years", "--data", data).out == "0 entries erased.\n"


# -- PostgreSQL ---------------------------------------------------------------------------------------------------


def test_a_ledger_in_postgresql_is_checked_proved_and_exported_as_one_in_a_file(
    bandeau: Run, data: Path, tmp_path: Path, postgres: Server
) -> None:
    (data / FILE).unlink()
    with postgres.database() as name:
        address = f"postgresql:///{name}?host={postgres.folder}&user=postgres"
        with closing(PostgresStore(address, ORIGIN)) as store:
            fill(store, 20)
        there = ("--data", data, "--database", address)
        assert bandeau("ledger", "verify", *there).out.startswith("The ledger holds: 21 leaves")
        assert json.loads(bandeau("ledger", "status", *there, "--json").out)["choices"] == 19
        assert bandeau("ledger", "export", *there).out.count("\n") == 19
        assert bandeau("ledger", "prove", "5", *there, "--output", tmp_path).code == 0
        assert bandeau("ledger", "check", tmp_path / "leaf-5.tlog-proof", "--key", KEY).code == 0
        assert json.loads(bandeau("ledger", "expire", *there, "--older-than", "1 day", "--json").out) == {"erased": 19}
        assert bandeau("ledger", "verify", *there).code == 0
    assert not (data / FILE).exists()
