from __future__ import annotations

import re

import pytest

from bandeau.audit.targets import LONGEST, TargetError, read_arguments, read_list, read_target


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://example.org", "https://example.org/"),
        (" HTTPS://EXAMPLE.org:443/a/../b?c=D#e ", "https://example.org/b?c=D"),
        ("http://example.org:8080/a b", "http://example.org:8080/a%20b"),
        ("https://bücher.example/ü?ü", "https://xn--bcher-kva.example/%C3%BC?%C3%BC"),
        ("http://2130706433/", "http://127.0.0.1/"),
        ("https://[::1]:8443/", "https://[::1]:8443/"),
        ("https://example.org/%7Ea?x=%2F", "https://example.org/~a?x=%2F"),
    ],
)
def test_an_address_is_written_in_one_way(text: str, url: str) -> None:
    target = read_target(text)
    assert target.url == url
    assert read_target(url) == target


def test_a_target_tells_the_path_that_robots_are_asked_about() -> None:
    assert read_target("https://example.org:1/a?b").path == "/a?b"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("example.org", "write the whole address"),
        ("ftp://example.org/", "write the whole address"),
        ("javascript:alert(1)", "write the whole address"),
        ("https:///", "its host is none"),
        ("https://exa mple.org/", "its host is none"),
        ("https://*.example.org/", "its host is none"),
        ("https://example.org:99999/", "its host is none"),
        ("https://user:secret@example.org/", "name or password"),
        ("https://example.org/\x00", "control"),
        ("https://example.org/" + "a" * LONGEST, "characters"),
    ],
)
def test_what_is_no_page_is_refused_in_a_sentence(text: str, said: str) -> None:
    with pytest.raises(TargetError, match=re.escape(said)) as caught:
        read_target(text)
    assert "secret" not in str(caught.value)
    assert len(str(caught.value)) < 300


def test_a_list_has_comments_and_tells_what_was_named_again() -> None:
    targets = read_list(
        "\ufeff# pages\r\nhttps://a.example\r\n\r\n  https://a.example/#x\nhttps://b.example/\n".encode(), "l"
    )
    assert [target.url for target in targets.pages] == ["https://a.example/", "https://b.example/"]
    assert targets.repeated == 1


def test_every_wrong_line_of_a_list_is_named() -> None:
    with pytest.raises(TargetError) as caught:
        read_list(b"https://a.example/\nb.example\n\nmailto:c@d.example\n", "pages.txt")
    assert [line.split(":")[0] for line in str(caught.value).splitlines()] == ["pages.txt, line 2", "pages.txt, line 4"]


@pytest.mark.parametrize(
    ("text", "said"), [(b"# nothing\n", "found no address"), (b"https://a.example/\n\xff\n", "line 2: found bytes")]
)
def test_a_list_that_cannot_be_read_is_refused(text: bytes, said: str) -> None:
    with pytest.raises(TargetError, match=said):
        read_list(text, "pages.txt")


def test_arguments_are_each_taken_once() -> None:
    assert read_arguments(["https://a.example", "https://a.example/"]).repeated == 1
