"""Opening a site: its keys, its folder, and which earlier choices still answer what is asked now."""

from __future__ import annotations

import re
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser as Parser

from bandeau.errors import DeclarationError, SetupError
from bandeau.serve.opening import open_site
from support.sites import DECLARATION, Pages, behind


def asked_again(folder: Path, changed: str) -> bool:
    """Whether a visitor who accepted everything under the first declaration is asked again under the second."""
    with behind("asgi", Pages(), folder) as before:
        choice = before.choose("accept-all").choice
    with behind("asgi", Pages(), folder, changed) as after:
        return 'id="bandeau-notice"' in after.get(headers={"cookie": choice}).text


def test_a_restart_keeps_every_choice(tmp_path: Path) -> None:
    assert not asked_again(tmp_path, DECLARATION)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('recipient = "Palabre SA"', 'recipient = "Palabre Holding"'),
        ('personal_data = ["ip-address"]', 'personal_data = ["ip-address", "geolocation"]'),
        ('name = "regie_id", lifetime = "12 months"', 'name = "regie_id", lifetime = "13 months"'),
        ('purpose = "media"', 'purposes = ["media", "advertising"]'),
        ("[services.video]", '[services.new]\npurpose = "media"\nhosts = ["new.example"]\n[services.video]'),
    ],
    ids=["recipient", "data", "lifetime", "purpose", "service"],
)
def test_a_material_change_asks_again(tmp_path: Path, old: str, new: str) -> None:
    assert old in DECLARATION
    assert asked_again(tmp_path, DECLARATION.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name = "Port Stats"', 'name = "Port-Stats"'),
        ('name = "regie_id", lifetime = "12 months"', 'name = "regie_id", lifetime = "6 months"'),
        ("# nothing", "# a comment"),
    ],
    ids=["typo", "shorter", "comment"],
)
def test_a_change_that_widens_nothing_does_not(tmp_path: Path, old: str, new: str) -> None:
    assert not asked_again(tmp_path, (DECLARATION + "# nothing\n").replace(old, new))


def test_the_policy_lists_every_version_that_was_in_force_each_since_its_first_day(tmp_path: Path) -> None:
    other = DECLARATION.replace('"13 months"', '"12 months"')
    listed = []
    for text in (DECLARATION, other, DECLARATION):
        with behind("asgi", Pages(), tmp_path, text) as running:
            page = Parser(running.get("/.bandeau/policy").text)
            listed.append([item.text() for item in page.css("code") if re.fullmatch("[0-9a-f]{12}", item.text())])
            days = [day.attributes["datetime"] for day in page.css("time")]
            kept = running.site.store.archived("declaration")
            versions = [one.name for one in running.site.versions]
            assert days == [str(datetime.fromtimestamp((kept[one].since or 0) / 1000, UTC).date()) for one in versions]
            assert versions == sorted(versions, key=lambda one: kept[one].since or 0, reverse=True)
    first, second, third = listed
    assert (len(first), len(second)) == (1, 2)
    assert second[1:] == first
    assert third == second


def test_a_declaration_that_cannot_be_served_is_no_version_of_the_policy(tmp_path: Path) -> None:
    many = "".join(f'[services.{"x" * 60}{number}]\npurpose = "media"\n' for number in range(100))
    with pytest.raises(SetupError, match="cookie"), behind("asgi", Pages(), tmp_path, DECLARATION + many):
        pass
    with behind("asgi", Pages(), tmp_path) as running:
        assert len(running.site.versions) == 1


def test_a_key_is_made_once_and_read_by_its_owner_only(tmp_path: Path) -> None:
    assert not asked_again(tmp_path, DECLARATION)
    keys = tmp_path / "data" / "keys"
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert len(bytes.fromhex(keys.read_text().strip())) == 32
    assert sorted(path.name for path in keys.parent.glob("keys*")) == ["keys"]


def test_keys_rotate_by_adding_a_line(tmp_path: Path) -> None:
    with behind("asgi", Pages(), tmp_path) as before:
        choice = before.choose("refuse-all").choice
    keys = tmp_path / "data" / "keys"
    keys.write_text(keys.read_text() + "11" * 32 + "\n")
    with behind("asgi", Pages(), tmp_path) as after:
        assert 'id="bandeau-notice"' not in after.get(headers={"cookie": choice}).text
        newer = after.choose("refuse-all", cookie=choice).choice
    keys.write_text("11" * 32 + "\n")
    with behind("asgi", Pages(), tmp_path) as later:
        assert 'id="bandeau-notice"' not in later.get(headers={"cookie": newer}).text
        assert 'id="bandeau-notice"' in later.get(headers={"cookie": choice}).text


def test_keys_may_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANDEAU_KEYS", "aa" * 32 + "," + "bb" * 32)
    assert not asked_again(tmp_path, DECLARATION)
    assert not (tmp_path / "data" / "keys").exists()


@pytest.mark.parametrize("keys", ["zz", "aa", ","])
def test_an_unusable_key_is_said_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keys: str) -> None:
    (tmp_path / "bandeau.toml").write_text(DECLARATION, "utf-8")
    monkeypatch.setenv("BANDEAU_KEYS", keys)
    with pytest.raises(SetupError, match="key"):
        open_site(tmp_path / "bandeau.toml", tmp_path / "data")


def test_a_missing_declaration_and_an_unusable_folder_are_said_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match=r"bandeau\.toml"):
        open_site(tmp_path / "bandeau.toml", tmp_path / "data")
    (tmp_path / "bandeau.toml").write_text(DECLARATION, "utf-8")
    (tmp_path / "file").write_text("")
    with pytest.raises(SetupError):
        open_site(tmp_path / "bandeau.toml", tmp_path / "file")
