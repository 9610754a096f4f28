from __future__ import annotations

from pathlib import Path

import pytest

from bandeau.declare import parse_declaration, read_declaration
from bandeau.errors import DeclarationError, Problem
from bandeau.model import (
    CHOICE_COOKIE,
    OWN_SERVICE,
    OWN_STORAGE,
    Exemption,
    Host,
    Mode,
    PersonalData,
    Placeholder,
)

SITE = """\
[site]
name = "Le Phare"
hosts = ["phare.example"]
languages = ["fr", "en"]
controller = { name = "Phare SARL" }
[purposes.audience]
[purposes.social]
[services.comments]
purpose = "social"
hosts = ["palabre.example"]
"""
"""Ten lines that are right; a test adds from line 11 on, within the table of ``services.comments``."""


def problems(text: str) -> list[Problem]:
    with pytest.raises(DeclarationError) as caught:
        parse_declaration(text, "bandeau.toml")
    return list(caught.value.problems)


def places(text: str) -> list[tuple[int, str]]:
    return [(problem.line, problem.key) for problem in problems(text)]


def test_the_declaration_of_the_design_is_read_whole(design: str) -> None:
    declaration = parse_declaration(design, "bandeau.toml")

    assert declaration.site.name == "La Gazette du Port"
    assert declaration.site.hosts == (Host("gazette.localhost"),)
    assert declaration.site.languages == ("fr", "en")
    assert declaration.site.mode is Mode.ENFORCE
    assert declaration.site.controller.contact == "dpo@gazette.localhost"
    assert [service.id for service in declaration.services] == ["site", "stats", "comments", "video", OWN_SERVICE]
    assert [service.id for service in declaration.asked] == ["comments", "video"]
    comments = declaration.service("comments")
    assert comments is not None
    assert comments.personal_data[-1] is PersonalData.COMMENTS
    assert comments.hosts == (Host("palabre.localhost"), Host("palabre.localhost", subdomains=True))
    assert comments.cookies[0].host == "palabre.localhost"
    assert comments.cookies[0].lifetime.days == 395


def test_a_service_of_the_catalogue_comes_with_its_facts(design: str) -> None:
    video = parse_declaration(design, "bandeau.toml").service("video")

    assert video is not None
    assert video.name == "YouTube"
    assert Host("youtube-nocookie.com", subdomains=True) in video.hosts
    assert set(video.description) == {"fr", "en"}


def test_keys_written_in_the_file_override_the_catalogue() -> None:
    text = SITE + '[services.video]\nuse = "google-analytics"\npurpose = "audience"\nhosts = ["ga.example"]\n'
    video = parse_declaration(text, "f").service("video")

    assert video is not None
    assert video.purposes == ("audience",)
    assert video.hosts == (Host("ga.example"),)
    assert video.name == "Google Analytics"


def test_catalogue_cookies_of_hosts_that_the_file_takes_away_go_with_them() -> None:
    text = SITE + '[services.video]\nuse = "youtube"\nhosts = ["www.youtube-nocookie.com"]\n'
    video = parse_declaration(text, "f").service("video")

    assert video is not None
    assert video.cookies == ()


def test_bandeau_declares_itself(design: str) -> None:
    own = parse_declaration(design.replace('"6 months"', '"7 months"'), "f").service(OWN_SERVICE)

    assert own is not None
    assert own.recipient == "Éditions du Port SAS"
    assert [(cookie.name.text, cookie.lifetime.text) for cookie in own.cookies] == [(CHOICE_COOKIE, "7 months")]
    assert [(key.name.text, key.lifetime.text) for key in own.storage] == [(OWN_STORAGE, "session")]


def test_the_purpose_of_functioning_is_always_there_and_exempt() -> None:
    added = parse_declaration(SITE, "f").purposes[0]
    written = parse_declaration(SITE + "[purposes.functioning]\n", "f").purpose("functioning")

    assert written == added
    assert added.exempt is Exemption.STRICTLY_NECESSARY


def test_what_is_not_said_has_a_sensible_default() -> None:
    declaration = parse_declaration(SITE + '[services.my-own_tools]\npurpose = "functioning"\n', "f")
    comments, tools = declaration.service("comments"), declaration.service("my-own_tools")

    assert comments is not None
    assert tools is not None
    assert (comments.name, comments.recipient) == ("Comments", "Comments")
    assert (tools.name, tools.recipient) == ("My Own Tools", "Phare SARL")
    assert declaration.site.choice_lifetime.text == "6 months"


def test_a_plain_text_stands_in_every_language_and_a_table_in_each() -> None:
    text = SITE + 'description = "Avis"\nplaceholder = { within = "#avis", text = { fr = "Ici", en = "Here" } }\n'
    comments = parse_declaration(text, "f").service("comments")

    assert comments is not None
    assert comments.description == {"fr": "Avis", "en": "Avis"}
    assert comments.placeholder == Placeholder(within="avis", text={"fr": "Ici", "en": "Here"})


def test_a_placeholder_can_be_switched_off() -> None:
    comments = parse_declaration(SITE + "placeholder = false\n", "f").service("comments")

    assert comments is not None
    assert comments.placeholder == Placeholder(shown=False)


def test_a_purpose_of_ones_own_needs_its_words() -> None:
    own = '[purposes.games]\nlabel = "Jeux"\ndescription = { fr = "Jouer.", en = "Playing." }\n'

    games = parse_declaration(SITE + own, "f").purpose("games")

    assert games is not None
    assert games.label == {"fr": "Jeux", "en": "Jeux"}
    assert places(SITE + "[purposes.games]\n") == [(11, "purposes.games.label"), (11, "purposes.games.description")]


@pytest.mark.parametrize(
    ("added", "place"),
    [
        ('recipent = "x"', (11, "services.comments.recipent")),
        ("profiling = 1", (11, "services.comments.profiling")),
        ('countries = ["FR",\n "ZZ"]', (12, "services.comments.countries[1]")),
        ('personal_data = ["ip"]', (11, "services.comments.personal_data[0]")),
        ('cookies = [\n  { name = "a", lifetime = "forever" },\n]', (12, "services.comments.cookies[0].lifetime")),
        ('cookies = [{ name = "a;", lifetime = "session" }]', (11, "services.comments.cookies[0].name")),
        ('cookies = [{ name = "a" }]', (11, "services.comments.cookies[0].lifetime")),
        ('storage = ["a"]', (11, "services.comments.storage[0]")),
        ('storage = [{ lifetime = "session" }]', (11, "services.comments.storage[0].name")),
        (
            'cookies = [{ name = "a", lifetime = "session", host = "other.example" }]',
            (11, "services.comments.cookies[0].host"),
        ),
        ('purposes = ["social"]', (11, "services.comments.purposes")),
        ('description = "  "', (11, "services.comments.description")),
        ('description = { fr = "Avis" }', (11, "services.comments.description.en")),
        ('description = { fr = "Avis", en = "" }', (11, "services.comments.description.en")),
        ('description = { fr = "Avis", en = "x", tlh = "Y" }', (11, "services.comments.description.tlh")),
        ("description = {}", (11, "services.comments.description")),
        ('privacy_policy = "javascript:alert(1)"', (11, "services.comments.privacy_policy")),
        ('privacy_policy = "//other.example"', (11, "services.comments.privacy_policy")),
        ("placeholder.text = 3", (11, "services.comments.placeholder.text")),
        ('placeholder = { within = "a b" }', (11, "services.comments.placeholder.within")),
        *(
            (f"placeholder = {{ picture = {path} }}", (11, "services.comments.placeholder.picture"))
            for path in (
                '"https://t.example/a"',
                '"//t.example/a"',
                r"'/\t.example'",
                r"'/a\b'",
                '"a.jpg"',
                '"/"',
                '"/a\\n"',
            )
        ),
        ('use = "youtub"', (11, "services.comments.use")),
        ('[services.x]\nname = "X"', (11, "services.x.purpose")),
        ('[services.x]\npurpose = "socal"', (12, "services.x.purpose")),
        ('[services.x]\npurposes = ["social",\n"fun"]', (13, "services.x.purposes[1]")),
        ('[services.x]\nuse = "vimeo"', (12, "services.x.use")),
        ('[services.x]\npurpose = "social"\nhosts = ["phare.example"]', (13, "services.x.hosts[0]")),
        ('[services.x]\npurpose = "social"\nhosts = ["https://x.example"]', (13, "services.x.hosts[0]")),
        ('[services.x]\npurpose = "social"\nhosts = ["a.example", "a.example"]', (13, "services.x.hosts[1]")),
        ('[services.bandeau]\npurpose = "social"', (11, "services.bandeau")),
        ('[services."My Shop"]\npurpose = "social"', (11, 'services."My Shop"')),
        ('[purposes.functioning]\nexempt = "audience-measurement"', (12, "purposes.functioning.exempt")),
        ('[purposes.advertising]\nexempt = "legitimate-interest"', (12, "purposes.advertising.exempt")),
        ("[extra]", (11, "extra")),
    ],
)
def test_an_error_names_its_line_and_key(added: str, place: tuple[int, str]) -> None:
    assert places(SITE + added + "\n") == [place]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('languages = ["fr", "en"]', 'languages = ["fr", "tlh"]', (4, "site.languages[1]")),
        ('languages = ["fr", "en"]', "languages = []", (4, "site.languages")),
        ('name = "Le Phare"', 'name = ""', (2, "site.name")),
        ('name = "Le Phare"\n', "", (1, "site.name")),
        ('{ name = "Phare SARL" }', '{ address = "Brest" }', (5, "site.controller.name")),
        ('{ name = "Phare SARL" }', '{ name = "Phare SARL", phone = "1" }', (5, "site.controller.phone")),
        ('["phare.example"]', '["*.*.example"]', (3, "site.hosts[0]")),
        ("[purposes.audience]", 'mode = "on"', (6, "site.mode")),
        ("[purposes.audience]", 'choice_lifetime = "session"', (6, "site.choice_lifetime")),
        ("[purposes.audience]", 'choice_lifetime = "long"', (6, "site.choice_lifetime")),
        ("[purposes.audience]", "choice_lifetime = 6", (6, "site.choice_lifetime")),
    ],
)
def test_an_error_in_the_site_names_its_line_and_key(old: str, new: str, place: tuple[int, str]) -> None:
    assert places(SITE.replace(old, new)) == [place]


def test_all_errors_are_told_at_once_in_the_order_of_the_file() -> None:
    text = SITE.replace("phare.example", "http://phare").replace('"en"', '"xx"') + 'storage = [1]\nuse = "nothing"\n'

    assert places(text) == [
        (3, "site.hosts[0]"),
        (4, "site.languages[1]"),
        (11, "services.comments.storage[0]"),
        (12, "services.comments.use"),
    ]


def test_a_bad_item_of_a_list_does_not_shift_the_places_of_the_others() -> None:
    text = SITE + 'storage = [1,\n"a",\n{ name = "a", lifetime = "x" }]\n'

    assert places(text) == [
        (11, "services.comments.storage[0]"),
        (12, "services.comments.storage[1]"),
        (13, "services.comments.storage[2].lifetime"),
    ]


def test_an_error_says_what_was_found_and_what_is_allowed() -> None:
    (problem,) = problems(SITE + 'recipent = "x"\n')
    assert problem.found == "an unknown key"
    assert "recipient" in problem.allowed
    assert problem.allowed.endswith("did you mean recipient?")

    (problem,) = problems(SITE.replace('purpose = "social"', 'purpose = "socal"'))
    assert problem.found == 'the purpose "socal"'
    assert "did you mean social?" in problem.allowed

    (problem,) = problems(SITE + 'countries = "FR"\n')
    assert problem.found == '"FR"'
    assert "list of countries" in problem.allowed


def test_what_is_found_is_shown_short() -> None:
    (problem,) = problems(SITE + f'privacy_policy = "{"x" * 900}"\n')

    assert len(problem.found) == 80


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[site\n", 1),
        ("[site]\nname = 'a'\nname = 'b'\n", 3),
        ("[site]\n\nname = \n", 3),
        ("[site]\nname = '''a\n", 2),
        ("a = 1" + "0" * 5000, 1),
    ],
)
def test_a_mistake_in_the_toml_has_its_line(text: str, line: int) -> None:
    assert [problem.line for problem in problems(text)] == [line]


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 5000 + "]" * 5000,
        "a" + ".a" * 5000 + " = 1",
        "site.name" + ".a" * 30 + " = 1",
        "a = [" + "1," * 501 + "]",
        "a = '" + "x" * 1_048_576 + "'",
        "\ud800",
    ],
)
def test_what_is_far_too_large_is_refused_and_nothing_else_happens(text: str) -> None:
    assert len(problems(text)) in (1, 2)  # a site is missing as well where the text could be looked into


def test_an_empty_file_says_what_a_declaration_needs() -> None:
    assert places("") == [(0, "site")]


def test_a_file_may_begin_with_a_byte_order_mark_and_end_lines_as_windows_does(tmp_path: Path) -> None:
    file = tmp_path / "bandeau.toml"
    file.write_bytes(b"\xef\xbb\xbf" + SITE.replace("\n", "\r\n").encode())
    assert read_declaration(file) == parse_declaration(SITE, "f")

    file.write_bytes(b"\xef\xbb\xbf" + (SITE + "x = 1\n").replace("\n", "\r\n").encode())
    with pytest.raises(DeclarationError) as caught:
        read_declaration(file)
    assert [problem.line for problem in caught.value.problems] == [11]
    assert str(caught.value).startswith(f"{file}: line 11: services.comments.x: found an unknown key; ")


def test_a_file_that_cannot_be_read_is_a_problem_without_a_line(tmp_path: Path) -> None:
    huge = tmp_path / "huge.toml"
    huge.write_bytes(b"#" * 1_048_577)
    for file in (tmp_path / "absent.toml", tmp_path, huge):
        with pytest.raises(DeclarationError) as caught:
            read_declaration(file)
        assert [problem.line for problem in caught.value.problems] == [0]


def test_bytes_that_are_not_utf_8_have_their_line(tmp_path: Path) -> None:
    file = tmp_path / "bandeau.toml"
    file.write_bytes(b"[site]\nname = 'Caf\xe9'\n")
    with pytest.raises(DeclarationError) as caught:
        read_declaration(file)
    assert [problem.line for problem in caught.value.problems] == [2]
