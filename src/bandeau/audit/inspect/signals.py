"""Consent signals that contradict the choice (A901 to A905): TC strings, GPP, US privacy, Consent Mode, GPC."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from msgspec.structs import replace

from bandeau.ask.signals import global_privacy_control
from bandeau.audit.facts import Request, Signal
from bandeau.audit.inspect.scene import Scene, Sighting
from bandeau.audit.inspect.strings import TCF_SECTION, opted_in, purposes_of, sections_of
from bandeau.audit.inspect.whole import Whole
from bandeau.audit.recording import State
from bandeau.audit.repeated import cut

GRANTS = frozenset({"ad_storage", "ad_user_data", "ad_personalization", "analytics_storage"})
"""The types of Consent Mode that need consent; the others are for functioning and security."""

# fmt: off
_EEA = frozenset({
    "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IE", "IS", "IT",
    "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
})
# fmt: on
_SILENT = frozenset({State.BEFORE, State.REFUSED, State.WITHDRAWN})


def sightings(scene: Scene) -> Iterator[Sighting]:
    """What was signalled in a state that has no consent."""
    if scene.state not in _SILENT:
        return
    for fact in scene.facts(Signal):
        if fact.system in _READERS:
            yield from _READERS[fact.system](scene, fact)


def _tcf(scene: Scene, fact: Signal) -> Iterator[Sighting]:
    found = purposes_of(fact.said)
    if found is None:
        return
    consents, interests = found
    if consents:
        why = f"it consents to the purposes {_listed(consents)}"
        yield Sighting("A901", "the TC string was spoken", _heard(scene, fact), why)
    elif interests and scene.state is not State.BEFORE:
        why = f"it claims the purposes {_listed(interests)}"
        yield Sighting("A902", "the TC string was spoken", _heard(scene, fact), why)


def _gpp(scene: Scene, fact: Signal) -> Iterator[Sighting]:
    sections = sections_of(fact.said)
    for section, part in sections:
        if section == TCF_SECTION:
            yield from _tcf(scene, replace(fact, said=part))
    unopted = [str(section) for section, part in sections if opted_in(section, part)]
    if unopted and scene.state in (State.REFUSED, State.WITHDRAWN):
        why = f"section {', '.join(unopted)} says “not opted out”"
        yield Sighting("A904", "the GPP string was spoken", _heard(scene, fact), why)


def _usp(scene: Scene, fact: Signal) -> Iterator[Sighting]:
    # Version, notice given, opted out of sale, LSPA; "-" where it does not apply (IAB US Privacy String 1.0).
    if scene.state in (State.REFUSED, State.WITHDRAWN) and len(fact.said) == 4 and fact.said[2].upper() == "N":
        why = f"“{cut(fact.said, 8)}” says “not opted out of the sale”"
        yield Sighting("A904", "the US privacy string was spoken", _heard(scene, fact), why)


def _consent_mode(scene: Scene, fact: Signal) -> Iterator[Sighting]:
    granted = _pinged(fact.said) if fact.said.startswith(("gcs=", "gcd=")) else _commanded(scene, fact)
    if granted:
        yield Sighting("A903", "Consent Mode was told", _heard(scene, fact), f"it grants {', '.join(granted)}")


def _pinged(said: str) -> list[str]:
    """The types that ``gcs=G1xy`` grants: x for advertising, y for measuring. ``gcd`` tells nothing that is stable."""
    value = dict(parse_qsl(said)).get("gcs", "")
    if len(value) != 4 or not value.startswith("G1"):
        return []
    return [name for name, flag in zip(("ad_storage", "analytics_storage"), value[2:], strict=True) if flag == "1"]


def _commanded(scene: Scene, fact: Signal) -> list[str]:
    """The types that a command in the page grants. In the view of the answer, what came before it stands there too."""
    if scene.state is not State.BEFORE and fact.view == 0:
        return []
    try:
        command = json.loads(fact.said)
    except (ValueError, RecursionError):
        return []
    types = command[2] if isinstance(command, list) and len(command) > 2 else command
    if not isinstance(types, dict) or not _meant_here(types.get("region")):
        return []
    return sorted(name for name in GRANTS if types.get(name) == "granted")


def _meant_here(region: Any) -> bool:
    """Whether a command is meant for visitors of the European Economic Area, the United Kingdom or Switzerland."""
    if not isinstance(region, list):
        return True
    return any(isinstance(place, str) and place[:2].upper() in _EEA for place in region)


_READERS = {"tcf": _tcf, "gpp": _gpp, "usp": _usp, "consent-mode": _consent_mode}


def ignored(whole: Whole) -> Iterator[tuple[Scene, Sighting]]:
    """That Global Privacy Control was sent, and what it refuses ran before any other choice."""
    scene = whole.scene(State.BEFORE)
    if scene is None or not _controlled(scene):
        return
    for breach in whole.breaches(State.BEFORE):
        if breach.covered:
            why = breach.why
            yield scene, Sighting("A905", f"{breach.subject} was seen", breach.evidence, why, breach.service)


def _controlled(scene: Scene) -> bool:
    headers = (fact.headers for fact in scene.facts(Request))
    said = (value for each in headers for name, value in each.items() if name.lower() == "sec-gpc")
    return any(global_privacy_control(value.encode("utf-8", "replace")) for value in said)


def _heard(scene: Scene, fact: Signal) -> Any:
    told = f"{fact.system}: {cut(fact.said, 120)}"
    return scene.evidence(fact, f"{told}, to {cut(fact.to)}" if fact.to else told, fact.to)


def _listed(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers))
