"""Every state of the notice looks as it does in the gallery; what changed on purpose is refreshed by one command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser

from support import gallery as kept
from support.gallery import COMMAND, DOCUMENT, IMAGES, SHOTS, STATES, TOLERATED, Gallery, Shot, State, difference

THERE = {"browser": "156.0", "fonts": {"serif-latin": ["DejaVu Serif"]}, "drawn": "a4a310e69020dc0b"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gallery]:
    with kept.gallery(tmp_path_factory.mktemp("gallery")) as one:
        yield one


@pytest.fixture(scope="module")
def comparable(browser: Browser) -> None:
    if why := kept.elsewhere(kept.made_with(browser)):
        pytest.skip(f"{why}. To make them here: {COMMAND}")


@pytest.mark.browser
@pytest.mark.parametrize("shot", SHOTS, ids=lambda shot: shot.name)
def test_a_state_looks_as_it_does_in_the_gallery(
    browser: Browser, site: Gallery, comparable: None, shot: Shot, tmp_path: Path
) -> None:
    new = site.take(browser, shot)
    if said := kept.changed(shot.path, new, tmp_path):
        pytest.fail(said, pytrace=False)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_every_state_is_seen_in_each_scheme_each_size_and_each_language(state: State) -> None:
    looks = [shot.look for shot in state.shots]
    assert {look.scheme for look in looks} == {"light", "dark"}
    assert {look.size for look in looks} == {"mobile", "desktop"}
    assert {look.language for look in looks} == {"fr", "en", "ar"}


def test_the_page_shows_every_picture_and_no_picture_is_left_over() -> None:
    assert DOCUMENT.read_text("utf-8") == kept.document(), f"refresh it: {COMMAND}"
    assert {path.name for path in IMAGES.glob("*.webp")} == {shot.path.name for shot in SHOTS}, f"refresh: {COMMAND}"


def test_the_pictures_are_light() -> None:
    assert sum(path.stat().st_size for path in IMAGES.iterdir()) < 1_500_000


# -- how pictures are compared --------------------------------------------------------------------------------------


@pytest.fixture
def picture() -> Image.Image:
    return Image.new("RGB", (400, 300), "white")


def test_the_same_picture_does_not_differ(picture: Image.Image) -> None:
    assert difference(picture, picture.copy())[0] == 0


def test_what_no_eye_sees_does_not_count(picture: Image.Image) -> None:
    assert difference(picture, Image.new("RGB", picture.size, (250, 250, 250)))[0] == 0


@pytest.mark.parametrize("colour", ["red", "lime", "blue", "lightgrey"])
def test_a_letter_that_differs_in_any_colour_is_seen(picture: Image.Image, colour: str) -> None:
    new = picture.copy()
    ImageDraw.Draw(new).rectangle((10, 10, 15, 18), fill=colour)
    share, shown = difference(picture, new)
    assert share == 54 / 120_000 > TOLERATED
    assert shown.getpixel((12, 12)) == (255, 0, 0)
    assert shown.getpixel((50, 50)) != (255, 0, 0)


@pytest.mark.parametrize("size", [(400, 301), (399, 300)])
def test_a_line_more_or_less_is_seen(picture: Image.Image, size: tuple[int, int]) -> None:
    assert difference(picture, Image.new("RGB", size, "white"))[0] > TOLERATED


def test_what_changed_is_named_with_the_command_and_laid_out_to_look_at(picture: Image.Image, tmp_path: Path) -> None:
    path, new = tmp_path / "banner.webp", Image.new("RGB", picture.size, "black")
    kept.keep(picture, path)
    assert kept.changed(path, picture, tmp_path) == ""
    said = kept.changed(path, new, tmp_path)
    assert "banner.webp" in said
    assert "100.00 %" in said
    assert COMMAND in said
    with Image.open(tmp_path / "banner-new.png") as kept_new, Image.open(tmp_path / "banner-diff.png") as diff:
        assert kept_new.getpixel((0, 0)) == (0, 0, 0)
        assert diff.getpixel((0, 0)) == (255, 0, 0)


def test_a_picture_that_is_not_there_yet_is_a_change(picture: Image.Image, tmp_path: Path) -> None:
    assert "is not there" in kept.changed(tmp_path / "new.webp", picture, tmp_path)


@pytest.mark.parametrize("other", [{}, {"browser": "157.0"}, {"fonts": {"serif-latin": ["Noto"]}}, {"drawn": "0"}])
def test_pictures_are_compared_only_where_letters_are_drawn_alike(
    other: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MADE_WITH", tmp_path / "made-with.json")
    kept.MADE_WITH.write_text(json.dumps(THERE))
    said = kept.elsewhere(THERE | other)
    assert all(str(value) in said for value in other.values()) if other else said == ""


def test_a_picture_that_looks_the_same_keeps_its_bytes(
    picture: Image.Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "IMAGES", tmp_path)
    shot = SHOTS[0]
    assert kept.renew(shot, picture, keep_alike=True)
    before = shot.path.read_bytes()
    unseen = Image.new("RGB", picture.size, (254, 254, 254))
    assert not kept.renew(shot, unseen, keep_alike=True)
    assert shot.path.read_bytes() == before
    assert kept.renew(shot, unseen, keep_alike=False)
    assert shot.path.read_bytes() != before
