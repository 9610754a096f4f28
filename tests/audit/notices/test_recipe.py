"""The recipes are data that can be trusted, and a user's file of selectors is read strictly."""

from __future__ import annotations

import msgspec
import pytest

from bandeau.audit.notices.recipe import OF_A_SITE, Recipe, SitesError, parse_sites, recipe_for, recipes
from bandeau.patterns import Origin

SITES = """
["*.gazette.example"]
accept = ["#all"]

["www.gazette.example"]
accept = ["#yes", "#host >>> .yes"]
refuse = ["#no"]
withdraw = [".again"]
"""


def test_every_recipe_detects_something_and_has_a_name_of_its_own() -> None:
    known = recipes()
    assert len(known) >= 33
    assert len({recipe.name for recipe in known}) == len(known)
    assert all(recipe.detect and (recipe.block or recipe.accept or recipe.call) for recipe in known)


@pytest.mark.parametrize(
    "table",
    [
        {"name": "x", "acept": ["#a"]},
        {"name": "x", "accept": "#a"},
        {"name": "x", "accept": [""]},
        {"name": "x", "call": "alert(1)"},
        {"name": "x", "accept": ["#a"] * 31},
        {"accept": ["#a"]},
    ],
)
def test_a_recipe_that_says_something_else_is_refused(table: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(table, Recipe)


def test_the_most_exact_host_of_a_users_file_counts() -> None:
    sites = parse_sites(SITES)
    (own,) = recipe_for(sites, Origin("https", "www.gazette.example", 443), "/")
    (wide,) = recipe_for(sites, Origin("https", "m.gazette.example", 443), "/")
    assert (own.name, own.refuse, wide.accept) == (OF_A_SITE, ("#no",), ("#all",))
    assert recipe_for(sites, Origin("https", "elsewhere.example", 443), "/") == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x = ", "no TOML"),
        ("x = 1", "no table of a host"),
        ('["a.example"]', "holds nothing"),
        ('["a.example"]\naccpt = ["#a"]', "holds 'accpt'"),
        ('["a.example"]\ncall = "x"', "holds 'call'"),
        ('["https://a.example"]\naccept = ["#a"]', "a host is a name"),
        ('["a.example"]\naccept = "#a"', "array"),
        ('["a.example"]\naccept = [" "]', "none of them empty"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence(text: str, told: str) -> None:
    with pytest.raises(SitesError, match=told) as refused:
        parse_sites(text)
    assert "\n" not in str(refused.value)
