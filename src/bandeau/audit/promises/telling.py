"""Promises about who, what and where, held against the declaration and against who was contacted."""

from __future__ import annotations

from bandeau.audit.finding import Evidence, Promise
from bandeau.audit.promises.judged import Judged, broken, kept, unreached, untested
from bandeau.audit.promises.rules import language
from bandeau.audit.promises.seeing import Sight
from bandeau.audit.promises.text import words
from bandeau.audit.recording import State

# fmt: off
EU = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT",
    "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
})
# fmt: on
"""The European Economic Area, where the GDPR holds: what leaves it is a transfer (GDPR, chapter V)."""

_UNDECLARED = "it takes a declaration to know, and none was given"


def controller(promise: Promise, sight: Sight) -> Judged:
    """The controller is the declared one."""
    if sight.declaration is None:
        return untested(_UNDECLARED)
    declared = sight.declaration.site.controller.name
    if any(_same(promise.says["name"], name) for name in (declared, sight.declaration.site.name)):
        return kept(f"the declaration names {declared}")
    return broken(f"the declaration names {declared}", [_told(f"site.controller.name is {declared}")])


def _same(said: str, declared: str) -> bool:
    """Whether two names are one, be it with its form ("Quai, S.A.") and without: the one begins with the other."""
    one, other = ("".join(word.folded for word in words(name)) for name in (said, declared))
    return bool(one and other) and (one.startswith(other) or other.startswith(one))


def partners(promise: Promise, sight: Sight) -> Judged:
    """No more parties were contacted than the notice counts."""
    if sight.stay(State.ACCEPTED) is None:
        return unreached(State.ACCEPTED)
    seen = {party.name: party for party in sight.parties() if not (party.own or party.innocent)}
    why = f"{len(seen)} others were contacted on this page, and the notice speaks of {promise.says['count']}"
    if len(seen) > int(promise.says["count"]):
        return broken(why, [party.evidence for party in seen.values()])
    return kept(why)


def data(_promise: Promise, sight: Sight) -> Judged:
    """All categories that declared services use are named somewhere in the notice."""
    if sight.declaration is None:
        return untested(_UNDECLARED)
    said = _said(sight, "data", "categories")
    used = {one.value: service.name for service in sight.declaration.asked for one in service.personal_data}
    missing = sorted(set(used) - said)
    if missing:
        why = f"{used[missing[0]]} is declared to use {missing[0]}, which the notice does not name"
        return broken(why, [_told(f"services: {used[one]} uses {one}") for one in missing])
    return kept("the notice names every category that declared services use")


def purposes(promise: Promise, sight: Sight) -> Judged:
    """Everything that is contacted once accepted is for a purpose that the notice names.

    Only purposes that the rules can read are judged: a publisher's own may be named in words that no list has. What a
    notice says to stay after a refusal is named as well. One of which nothing is understood but what the site itself
    needs is not judged: what it asks for stands elsewhere, in other words.
    """
    if sight.stay(State.ACCEPTED) is None:
        return unreached(State.ACCEPTED)
    readable = language(promise.language).groups["purposes"].keys()
    known = [
        party
        for party in sight.parties(State.ACCEPTED)
        if party.purposes and party.purposes <= readable and not party.innocent
    ]
    if not known:
        return untested("nobody whose purpose is known was contacted on this page")
    said = _said(sight, "purposes", "purposes") | _said(sight, "refusal-leaves", "leaves")
    said |= _said(sight, "always-on", "purposes")
    if said <= {"functioning", "security"}:
        return untested("the notice names nothing but the site's own working in words that are known")
    other = [party for party in known if not party.purposes & said]
    if other:
        why = f"{other[0].name} is for {', '.join(sorted(other[0].purposes))}, which the notice does not name"
        return broken(why, [party.evidence for party in other])
    return kept("everybody whose purpose is known is for one that the notice names")


def _said(sight: Sight, kind: str, key: str) -> set[str]:
    """What all promises of a kind name together: a notice may list its purposes in several sentences."""
    return {one for promise in sight.promises if promise.kind == kind for one in promise.says[key].split(", ")}


def no_transfer(_promise: Promise, sight: Sight) -> Judged:
    """Everybody who was contacted is declared to keep data in the European Economic Area."""
    if sight.declaration is None:
        return untested(_UNDECLARED)
    outside = [party for party in sight.parties() if set(party.countries) - EU]
    if outside:
        countries = ", ".join(sorted(set(outside[0].countries) - EU))
        why = f"{outside[0].name} is declared to take data to {countries}"
        return broken(why, [party.evidence for party in outside])
    silent = next((party for party in sight.parties() if not party.countries), None)
    if silent:
        return untested(f"{silent.name} was contacted, and nothing is declared about where it keeps data")
    return kept("everybody who was contacted is declared to keep data in the European Economic Area")


def _told(text: str) -> Evidence:
    return Evidence(text=f"declaration: {text}", state=State.BEFORE)
