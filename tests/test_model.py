"""The values: what they take, what they refuse, and what they match."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeau.model import (
    Controller,
    Cookie,
    Declaration,
    Exemption,
    Host,
    Lifetime,
    NamePattern,
    Origin,
    Purpose,
    Service,
    Site,
    path_within,
)

CLOSE_NAMES = st.text("ab*_", min_size=1, max_size=8)
"""Names from few letters, so that patterns and names often nearly match."""


class TestLifetime:
    @pytest.mark.parametrize(
        ("text", "seconds", "days"),
        [
            ("30 minutes", 1_800, 0),
            ("1 hour", 3_600, 0),
            ("1 day", 86_400, 1),
            ("2 weeks", 1_209_600, 14),
            ("6 months", 15_768_000, 182),
            ("13 months", 34_164_000, 395),
            ("1 year", 31_536_000, 365),
        ],
    )
    def test_a_number_of_units_is_a_duration(self, text: str, seconds: int, days: int) -> None:
        lifetime = Lifetime.parse(text)
        assert (lifetime.text, lifetime.seconds, lifetime.days) == (text, seconds, days)

    @pytest.mark.parametrize("text", ["session", "until erased"])
    def test_the_two_other_lifetimes_have_no_duration(self, text: str) -> None:
        assert Lifetime.parse(text) == Lifetime(text, None)
        assert Lifetime.parse(text).days is None

    @pytest.mark.parametrize(
        "text", ["", "6", "months", "0 days", "-1 day", "1.5 years", "6  months", "6 Months", "forever", "٦ months"]
    )
    def test_anything_else_is_refused_with_an_example(self, text: str) -> None:
        with pytest.raises(ValueError, match='"13 months"'):
            Lifetime.parse(text)

    @given(st.text(max_size=30))
    def test_any_text_is_a_lifetime_or_a_value_error(self, text: str) -> None:
        with suppress(ValueError):
            assert Lifetime.parse(text).text == text


class TestNamePattern:
    @pytest.mark.parametrize(
        ("pattern", "name"),
        [
            ("session", "session"),
            ("_ga_*", "_ga_"),
            ("_ga_*", "_ga_B4NC"),
            ("*_id", "ps_id"),
            ("*", "anything at all"),
            ("a*b*c", "abc"),
            ("a*b*c", "a-b-b-c"),
            ("a**c", "ac"),
            ("[x].*", "[x].y"),
        ],
    )
    def test_a_star_stands_for_any_run_of_characters(self, pattern: str, name: str) -> None:
        assert NamePattern(pattern).matches(name)

    @pytest.mark.parametrize(
        ("pattern", "name"),
        [
            ("session", "Session"),
            ("session", "session2"),
            ("_ga_*", "_ga"),
            ("*_id", "_id2"),
            ("aa*aa", "aaa"),
            ("a*b*c", "acb"),
            ("a.c", "abc"),
        ],
    )
    def test_case_and_every_fixed_character_count(self, pattern: str, name: str) -> None:
        assert not NamePattern(pattern).matches(name)

    @given(CLOSE_NAMES, CLOSE_NAMES)
    def test_it_agrees_with_a_regular_expression(self, pattern: str, name: str) -> None:
        oracle = re.compile(".*".join(map(re.escape, pattern.split("*"))), re.DOTALL)
        assert NamePattern(pattern).matches(name) is (oracle.fullmatch(name) is not None)

    @pytest.mark.parametrize("text", ["", "a" * 257, "a;b", "a\nb", "a\x00", "a\x7f"])
    def test_a_name_that_no_cookie_can_have_is_refused(self, text: str) -> None:
        with pytest.raises(ValueError, match="a name has"):
            NamePattern(text)

    def test_patterns_are_ordered_from_vague_to_exact(self) -> None:
        patterns = [NamePattern(text) for text in ("exact", "*", "_ga_*", "_g*", "a_much_longer_*")]
        assert [pattern.text for pattern in sorted(patterns, key=lambda one: one.weight)] == [
            "*",
            "_g*",
            "_ga_*",
            "a_much_longer_*",
            "exact",
        ]


def https(host: str, port: int = 443) -> Origin:
    return Origin("https", host, port)


class TestHost:
    @pytest.mark.parametrize(
        ("text", "host"),
        [
            ("palabre.example", Host("palabre.example")),
            ("PALABRE.Example", Host("palabre.example")),
            ("*.palabre.example", Host("palabre.example", subdomains=True)),
            ("video.example:8443", Host("video.example", port=8443)),
            ("video.example/embed", Host("video.example", path="/embed")),
            ("video.example/Embed/", Host("video.example", path="/Embed/")),
            ("video.example/", Host("video.example")),
            ("*.cdn.example:81/a/b", Host("cdn.example", subdomains=True, port=81, path="/a/b")),
            ("localhost", Host("localhost")),
            ("127.0.0.1:8000", Host("127.0.0.1", port=8000)),
            ("[::1]:8000", Host("[::1]", port=8000)),
            ("_dmarc.example", Host("_dmarc.example")),
            ("été.example", Host("xn--t-9fab.example")),
            ("*.ÉTÉ.example:81", Host("xn--t-9fab.example", subdomains=True, port=81)),
        ],
    )
    def test_a_host_is_read_as_a_url_carries_it(self, text: str, host: Host) -> None:
        assert Host.parse(text) == host

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "*",
            "*.",
            "https://video.example",
            "//video.example",
            "video.example?x=1",
            "video.example/embed?x=1",
            "video.example/#top",
            "video.example:",
            "video.example:0",
            "video.example:65536",
            "video.example:http",
            "a..b",
            ".example",
            "example.",
            "-a.example",
            "a-.example",
            "a b.example",
            "a.*.example",
            "*video.example",
            "user@video.example",
            "video.example/a b",
            "video.example/a;b",
            "video.example/*",
            "é..example",
            "é" * 80 + ".example",
        ],
    )
    def test_what_is_not_a_host_is_refused(self, text: str) -> None:
        with pytest.raises(ValueError, match=r"a host is|a port is"):
            Host.parse(text)

    @pytest.mark.parametrize("text", ["faß.example", "ΒΟΛΟς.example", "a\u200db.example"])
    def test_a_name_that_browsers_spell_otherwise_is_refused(self, text: str) -> None:
        """Browsers keep these letters (UTS 46, non-transitional), older tables change them: another host."""
        with pytest.raises(ValueError, match="a host is"):
            Host.parse(text)

    @pytest.mark.parametrize(
        ("pattern", "origin", "path"),
        [
            ("video.example", https("video.example"), "/"),
            ("video.example", https("video.example", 8443), "/x"),
            ("video.example", Origin("wss", "video.example", 443), "/x"),
            ("*.video.example", https("a.video.example"), "/"),
            ("*.video.example", https("a.b.video.example"), "/"),
            ("video.example:8443", https("video.example", 8443), "/"),
            ("video.example/embed", https("video.example"), "/embed"),
            ("video.example/embed", https("video.example"), "/embed/1"),
            ("video.example/embed/", https("video.example"), "/embed/1"),
        ],
    )
    def test_it_matches_what_it_names(self, pattern: str, origin: Origin, path: str) -> None:
        assert Host.parse(pattern).matches(origin, path)

    @pytest.mark.parametrize(
        ("pattern", "origin", "path"),
        [
            ("video.example", https("www.video.example"), "/"),
            ("video.example", https("video.example.evil.example"), "/"),
            ("*.video.example", https("video.example"), "/"),
            ("*.video.example", https("notvideo.example"), "/"),
            ("video.example:8443", https("video.example"), "/"),
            ("video.example/embed", https("video.example"), "/embedded"),
            ("video.example/embed", https("video.example"), "/Embed"),
            ("video.example/embed/", https("video.example"), "/embed"),
        ],
    )
    def test_it_matches_nothing_else(self, pattern: str, origin: Origin, path: str) -> None:
        assert not Host.parse(pattern).matches(origin, path)

    @given(
        st.text(max_size=40) | st.from_regex(r"(\*\.)?[a-zA-Z0-9.é_-]{1,20}(:[0-9]{1,6})?(/[a-z/]*)?", fullmatch=True)
    )
    def test_any_text_is_a_host_or_a_value_error_and_reads_back(self, text: str) -> None:
        try:
            host = Host.parse(text)
        except ValueError:
            return
        assert Host.parse(str(host)) == host
        assert host.name == host.name.lower()
        assert host.name.isascii()


@pytest.mark.parametrize(
    ("path", "prefix", "within"),
    [
        ("/", "/", True),
        ("/a", "/", True),
        ("/a/b", "/a", True),
        ("/ab", "/a", False),
        ("/a/", "/a/", True),
        ("/a", "/a/", False),
        ("", "/a", False),
    ],
)
def test_a_path_lies_below_a_prefix_by_whole_segments(path: str, prefix: str, *, within: bool) -> None:
    assert path_within(path, prefix) is within


def service(**facts: Any) -> Service:
    return Service(**{"id": "video", "name": "Video", "recipient": "Video SA", "purposes": ("social",), **facts})


SITE = Site("Gazette", (Host("gazette.example"),), ("fr",), Controller("Éditions du Port SAS"))
NECESSARY = Purpose("functioning", Exemption.STRICTLY_NECESSARY)
MEASURED = Purpose("audience", Exemption.AUDIENCE_MEASUREMENT)
SOCIAL = Purpose("social")


class TestDeclaration:
    def test_it_knows_its_purposes_and_services_by_id(self) -> None:
        video = service()
        declaration = Declaration(SITE, (NECESSARY, SOCIAL), (video,))
        assert declaration.purpose("social") is SOCIAL
        assert declaration.service("video") is video
        assert declaration.purpose("nothing") is None
        assert declaration.service("nothing") is None

    def test_a_service_is_exempt_only_if_all_its_purposes_are(self) -> None:
        exempt = service(id="stats", purposes=("functioning", "audience"))
        mixed = service(id="mixed", purposes=("audience", "social"))
        declaration = Declaration(SITE, (NECESSARY, MEASURED, SOCIAL), (exempt, mixed))
        assert declaration.exempt(exempt)
        assert not declaration.exempt(mixed)
        assert declaration.asked == (mixed,)
        assert declaration.asked_purposes == (SOCIAL,)
        assert declaration.of_purpose("audience") == (exempt, mixed)

    def test_a_purpose_that_is_not_declared_is_refused(self) -> None:
        with pytest.raises(ValueError, match="video names purpose social, which is not declared"):
            Declaration(SITE, (NECESSARY,), (service(),))

    def test_an_id_that_stands_twice_is_refused(self) -> None:
        with pytest.raises(ValueError, match="a service is declared twice"):
            Declaration(SITE, (SOCIAL,), (service(), service()))
        with pytest.raises(ValueError, match="a purpose is declared twice"):
            Declaration(SITE, (SOCIAL, SOCIAL), ())

    def test_a_service_without_a_purpose_is_refused(self) -> None:
        with pytest.raises(ValueError, match="at least one purpose"):
            service(purposes=())

    @pytest.mark.parametrize("wrong", ["", "Video", "1st", "a b", "é", "a" * 65, "a.b", "<b>"])
    def test_an_id_that_a_form_or_a_cookie_could_not_carry_is_refused(self, wrong: str) -> None:
        with pytest.raises(ValueError, match="a service is named by"):
            service(id=wrong)
        with pytest.raises(ValueError, match="a purpose is named by"):
            Purpose(wrong)


def test_values_cannot_be_changed() -> None:
    cookie = Cookie(NamePattern("a"), Lifetime.parse("session"))
    for value, name in ((cookie, "name"), (service(), "recipient"), (SITE, "mode"), (Host("a.example"), "port")):
        with pytest.raises(AttributeError):
            setattr(value, name, None)
