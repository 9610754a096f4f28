"""The keys that sign the log: made once, kept safe, rotated, kept elsewhere, and lost."""

from __future__ import annotations

import shlex
import stat
import sys
from pathlib import Path

import pytest

from bandeau.errors import SetupError
from bandeau.record.checkpoint import open_checkpoint
from bandeau.record.keys import Signer, format_private_key, format_vkey, parse_vkey
from bandeau.record.note import open_note
from bandeau.serve.keys import add_log_key, log_keys
from bandeau.serve.opening import know_keys, open_site, open_store
from support.sites import DECLARATION, Pages, Running, behind

ORIGIN = "gazette.localhost/.bandeau/log"


def note(running: Running) -> str:
    return running.get("/.bandeau/log/checkpoint").text


def test_a_key_is_made_once_and_read_by_its_owner_only(tmp_path: Path) -> None:
    published = []
    for _ in range(2):
        with behind("asgi", Pages(), tmp_path) as running:
            published.append(running.get("/.bandeau/log/keys").text)
    file = tmp_path / "data" / "log-keys"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert published[0] == published[1] == format_vkey(log_keys(tmp_path / "data", "x").verifiers[0]) + "\n"


def test_the_log_keeps_its_name_when_the_site_changes_its_host(tmp_path: Path) -> None:
    with behind("asgi", Pages(), tmp_path) as running:
        assert running.site.ledger.keys.origin == ORIGIN
    renamed = DECLARATION.replace("gazette.localhost", "journal.localhost")
    with behind("asgi", Pages(), tmp_path, renamed) as running:
        assert note(running).splitlines()[0] == ORIGIN


def test_two_keys_sign_while_one_takes_the_others_place(tmp_path: Path) -> None:
    file = tmp_path / "data" / "log-keys"
    with behind("asgi", Pages(), tmp_path) as running:
        running.choose("accept-all")
        (old,) = log_keys(tmp_path / "data", ORIGIN).verifiers
    _, new = add_log_key(tmp_path / "data", log_keys(tmp_path / "data", ORIGIN)).signers
    assert isinstance(new, Signer)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.glob("log-keys*")] == ["log-keys"]
    with behind("asgi", Pages(), tmp_path) as running:
        running.choose("refuse-all")
        both = note(running)
        assert len(running.get("/.bandeau/log/keys").text.splitlines()) == 2
    assert len(open_note(both, [old, new.verifier]).verified) == 2
    file.write_text(format_private_key(new) + "\n")
    with behind("asgi", Pages(), tmp_path) as running:
        running.choose("refuse-all")
        assert open_checkpoint(note(running), [new.verifier]).size == 4


def test_a_head_that_only_a_former_key_signed_is_signed_by_the_present_one_as_well(tmp_path: Path) -> None:
    with behind("asgi", Pages(), tmp_path) as running:
        choice = running.choose("accept-all").choice
        note(running)
    (old,) = log_keys(tmp_path / "data", ORIGIN).verifiers
    _, new = add_log_key(tmp_path / "data", log_keys(tmp_path / "data", ORIGIN)).signers
    with behind("asgi", Pages(), tmp_path):
        pass
    assert isinstance(new, Signer)
    (tmp_path / "data" / "log-keys").write_text(format_private_key(new) + "\n")
    with behind("asgi", Pages(), tmp_path) as running:
        assert running.get("/.bandeau/receipt", headers={"cookie": choice}).status == 200
        assert len(open_note(note(running), [old, new.verifier]).verified) == 2


def test_a_strangers_key_does_not_sign_the_log_and_a_lost_one_is_replaced_by_saying_so(tmp_path: Path) -> None:
    with behind("asgi", Pages(), tmp_path) as running:
        before = running.get("/.bandeau/log/keys").text.strip()
    (tmp_path / "data" / "log-keys").unlink()
    with pytest.raises(SetupError, match=r"bring its file log-keys here.*bandeau ledger init"):
        open_site(tmp_path / "bandeau.toml", tmp_path / "data")
    keys = log_keys(tmp_path / "data", ORIGIN)
    store = open_store(tmp_path / "data", None, ORIGIN)
    know_keys(store, keys, 1, instead=True)
    store.close()
    with behind("asgi", Pages(), tmp_path) as running:
        assert open_checkpoint(note(running), keys.verifiers).size == 1
        kept = {one.body.decode() for one in running.site.store.archived("log-key").values()}
    assert kept == {before, *map(format_vkey, keys.verifiers)}


def test_keys_may_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    signer = Signer("log.example", bytes(32))
    monkeypatch.setenv("BANDEAU_LOG_KEYS", f" {format_private_key(signer)}\n")
    with behind("asgi", Pages(), tmp_path) as running:
        assert open_checkpoint(note(running), [signer.verifier]).origin == "log.example"
    assert not (tmp_path / "data" / "log-keys").exists()


def test_a_key_that_is_in_no_file_is_not_added_to_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANDEAU_LOG_KEYS", format_private_key(Signer("log.example", bytes(32))))
    with pytest.raises(SetupError, match="environment"):
        add_log_key(tmp_path, log_keys(tmp_path, ORIGIN))


SIGN = """
import base64, sys
from bandeau.record.keys import Signer
print(base64.b64encode(Signer("log.example", bytes(32)).sign(sys.stdin.buffer.read())).decode())
"""


def test_a_command_may_sign_so_that_the_key_never_comes_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    verifier = Signer("log.example", bytes(32)).verifier
    script = tmp_path / "sign.py"
    script.write_text(f"import sys; sys.path[:0] = {sys.path!r}\n{SIGN}")
    monkeypatch.setenv("BANDEAU_LOG_SIGN", shlex.join([sys.executable, str(script)]))
    monkeypatch.setenv("BANDEAU_LOG_PUBLIC_KEY", format_vkey(verifier))
    with behind("asgi", Pages(), tmp_path) as running:
        assert running.get("/.bandeau/log/keys").text == format_vkey(verifier) + "\n"
        assert open_checkpoint(note(running), [verifier]).size == 1


@pytest.mark.parametrize("prints", ["", "secret", "A" * 88])
def test_a_command_that_does_not_sign_gives_out_nothing_and_none_of_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prints: str, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("BANDEAU_LOG_SIGN", shlex.join([sys.executable, "-c", f"print({prints!r})"]))
    monkeypatch.setenv("BANDEAU_LOG_PUBLIC_KEY", format_vkey(Signer("log.example", bytes(32)).verifier))
    with behind("asgi", Pages(), tmp_path) as running:
        assert running.get("/.bandeau/log/checkpoint").status == 503
        assert running.choose("refuse-all").status == 303
        assert running.site.store.published().result() is None
    assert "BANDEAU_LOG_SIGN did not sign" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BANDEAU_LOG_KEYS", "zz"),
        ("BANDEAU_LOG_KEYS", " "),
        ("BANDEAU_LOG_SIGN", "true"),
        ("BANDEAU_LOG_SIGN", "'"),
        (
            "BANDEAU_LOG_KEYS",
            " ".join(format_private_key(Signer(name, bytes(32))) for name in ("a.example", "b.example")),
        ),
    ],
    ids=["rubbish", "empty", "no public key", "unbalanced", "two logs"],
)
def test_an_unusable_key_is_said_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SetupError, match=r"^The log's key in BANDEAU_LOG_\w+ cannot be used: .*\.$"):
        log_keys(tmp_path, ORIGIN)


def test_the_public_key_is_one_that_other_tools_read(tmp_path: Path) -> None:
    (verifier,) = log_keys(tmp_path, ORIGIN).verifiers
    assert parse_vkey(format_vkey(verifier)) == verifier
