"""A first declaration, drafted from what an audit saw: usable at once in observe mode, and open about its guesses.

Whatever the recording shows is written as it is. Whatever only the publisher can know is a guess, and ends with
``GUESS`` in a comment: a draft is finished when no such comment is left.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bandeau.audit.facts import Area
from bandeau.audit.recording import Page, Recording
from bandeau.audit.repeated import cut
from bandeau.audit.seen import Role
from bandeau.audit.sightings import OWN, Sighting, Sightings
from bandeau.declare import catalogue
from bandeau.declare.build import FUNCTIONING, KNOWN_PURPOSES
from bandeau.declare.propose import new_id
from bandeau.model import LANGUAGES, Host, Lifetime, NamePattern, Origin

GUESS = "# GUESS"
"""What marks a line that the publisher has to look at."""

_UNITS = (("month", 2_628_000), ("day", 86_400), ("hour", 3_600), ("minute", 60))
_LONGEST = 400 * 86_400  # what browsers grant a cookie


def draft(recording: Recording, sightings: Sightings) -> str:
    """Write the declaration of a site that was audited.

    Args:
        recording: the audit's.
        sightings: what ``gather`` made of it.

    Returns:
        A ``bandeau.toml`` in observe mode, which ``parse_declaration`` accepts.
    """
    parties = [party for party in sightings.parties.values() if party.party != OWN]
    taken = {OWN}
    return "\n".join(
        [
            *_head(recording),
            *_site(recording.pages, sightings),
            *_purposes(parties),
            *_own(sightings.parties.get(OWN) or Sighting(OWN)),
            *(line for party in parties for line in _service(new_id(party.party, taken), party)),
        ]
    )


def _head(recording: Recording) -> Iterator[str]:
    pages = dict.fromkeys(page.url for page in recording.pages)
    states = dict.fromkeys(stay.state.value for page in recording.pages for stay in page.stays if stay.reached)
    yield f"# Drafted by Bandeau {recording.bandeau} on {recording.made[:10]} from {_count(len(pages), 'page')},"
    yield f"# seen in {', '.join(states) or 'no state'}. Every guess is marked GUESS: put right what is wrong, and"
    yield "# take the mark away. Nothing is held while the mode is observe; `bandeau check` says what is missing."
    yield ""


def _site(pages: tuple[Page, ...], sightings: Sightings) -> Iterator[str]:
    stays = [stay for page in pages for stay in page.stays if stay.reached]
    first = stays[0] if stays else None
    host = next(iter(sightings.own), "example.org")
    yield "[site]"
    title = " ".join(first.title.split()) if first else ""
    yield f"name = {quoted(title or host)}  # GUESS: the title of a page"
    yield f"hosts = [{', '.join(map(quoted, sightings.own or [host]))}]"
    spoken = dict.fromkeys(stay.language.partition("-")[0].lower() for stay in stays)
    languages = [language for language in spoken if language in LANGUAGES]
    yield f"languages = [{', '.join(map(quoted, languages or ['en']))}]" + ("" if languages else "  # GUESS")
    if policy := _policy(pages):
        yield f"privacy_policy = {quoted(policy)}  # GUESS: where the notice links to"
    yield 'mode = "observe"  # "enforce" once the reports show nothing that you would miss'
    yield ""
    yield "[site.controller]"
    yield f"name = {quoted(host)}  # GUESS: the company that answers for the site"
    yield '# address = ""  # its postal address (GDPR, art. 13)'
    yield '# contact = ""  # where visitors write about their data'
    yield ""


def _policy(pages: tuple[Page, ...]) -> str:
    controls = (
        control.href
        for page in pages
        for stay in page.stays
        if stay.notice
        for layer in stay.notice.layers
        for control in layer.controls
        if control.role is Role.POLICY
    )
    return next((href for href in controls if href.startswith("https://")), "")


def _purposes(parties: Iterable[Sighting]) -> Iterator[str]:
    used = dict.fromkeys(purpose for party in parties for purpose in purposes_of(party))
    yield f'[purposes.{FUNCTIONING}]\nexempt = "strictly-necessary"\n'
    for purpose in (one for one in KNOWN_PURPOSES if one in used and one != FUNCTIONING):
        yield f"[purposes.{purpose}]"
        if purpose == "audience":
            yield "# Consent is asked, unless it is for you alone and anonymous (CNIL 2020-091, art. 5):"
            yield '# exempt = "audience-measurement"'
        yield ""


def _own(party: Sighting) -> Iterator[str]:
    if not (party.cookies or party.storage):
        return
    yield "# What the site's own pages and servers set. What serves more than the functioning of the site belongs to a"
    yield "# service with another purpose."
    yield f"[services.{OWN}]"
    yield f'purpose = "{FUNCTIONING}"  # GUESS: nothing seen tells what it is for'
    yield from _trackers(party, {})
    yield ""


def _service(name: str, party: Sighting) -> Iterator[str]:
    entry = catalogue.entry(party.known) if party.known else {}
    yield from _introduced(party, entry)
    yield f"[services.{name}]"
    if party.known:
        yield f'use = "{party.known}"'
        if new := [host for host in party.hosts if not _covered(entry, host)]:
            yield f"hosts = [{', '.join(map(quoted, [*entry.get('hosts', ()), *new]))}]"
    else:
        yield f"name = {quoted(party.party)}  # GUESS: as its users know it"
        yield f"recipient = {quoted(party.party)}  # GUESS: the company that receives the data"
        yield f'purpose = "{purposes_of(party)[0]}"  # GUESS: one of {", ".join(KNOWN_PURPOSES)}'
        yield f"profiling = {str(identifies(party)).lower()}  # GUESS: {_why_profiling(party)}"
        yield 'personal_data = ["ip-address", "browsing"]  # GUESS: what every request tells'
        if party.hosts:
            yield f"hosts = [{', '.join(map(quoted, party.hosts))}]"
    yield from _trackers(party, entry)
    yield ""


def _introduced(party: Sighting, entry: Mapping[str, Any]) -> Iterator[str]:
    if entry:
        yield f"# {entry['name']}, known to the catalogue. Seen: {_few([*party.hosts, *(n for n, _ in party.cookies)])}"
    for host, brought in list(party.hosts.items())[:3]:
        if brought:
            yield f"# {host} was brought by {_clean(brought)}"
    if party.early:
        yield "# Contacted before any choice."


def _trackers(party: Sighting, entry: Mapping[str, Any]) -> Iterator[str]:
    """The cookies and keys that were seen and are not of the catalogue, beside its own, which they would replace."""
    cookies = [(name, host) for name, host in party.cookies if not _listed(entry, name)]
    if cookies:
        yield "cookies = ["
        yield from (f"  {_inline(row)}," for row in entry.get("cookies", ()))
        yield from (f"  {_cookie(party, name, host)}" for name, host in cookies)
        yield "]"
    keys = [key for key in party.storage if not _listed(entry, key, "storage")]
    if keys:
        yield "storage = ["
        yield from (f"  {_inline(row)}," for row in entry.get("storage", ()))
        yield from (f"  {_key(key, party)}," for key in keys)
        yield "]"


def _cookie(party: Sighting, name: str, host: str) -> str:
    at = f", host = {quoted(host)}" if host else ""
    alike = f"  # so called by {_clean(party.alike[name])}" if name in party.alike else ""
    return f"{{ name = {quoted(name)}, lifetime = {quoted(lifetime(party.cookies[name, host]))}{at} }},{alike}"


def _key(name: str, party: Sighting) -> str:
    life = "session" if party.storage[name] is Area.SESSION else "until erased"
    return f"{{ name = {quoted(name)}, lifetime = {quoted(life)} }}"


def _listed(entry: Mapping[str, Any], name: str, kind: str = "cookies") -> bool:
    return any(NamePattern(row["name"]).matches(name) for row in entry.get(kind, ()))


def _covered(entry: Mapping[str, Any], host: str) -> bool:
    listed = [Host.parse(text) for text in entry.get("hosts", ())]
    return any(one.matches(Origin("https", host, one.port or 443), one.path) for one in listed)


def _inline(row: Mapping[str, Any]) -> str:
    return f"{{ {', '.join(f'{key} = {quoted(row[key])}' for key in ('name', 'lifetime', 'host') if key in row)} }}"


def purposes_of(party: Sighting) -> tuple[str, ...]:
    """What a party is for: as the catalogue says, else a guess on the strict side."""
    if party.known:
        return catalogue.purposes(catalogue.entry(party.known))
    if identifies(party):
        return ("advertising",)
    return ("media",) if party.kinds & {"Font", "Media", "Document", "Stylesheet"} else ("advertising",)


def identifies(party: Sighting) -> bool:
    """Whether it keeps something for longer than a visit, by which it could know a reader again."""
    return any(life is not None for life in party.cookies.values()) or Area.LOCAL in party.storage.values()


def _why_profiling(party: Sighting) -> str:
    return "it keeps something beyond the visit" if identifies(party) else "it keeps nothing beyond the visit"


def lifetime(seconds: int | None) -> str:
    """A number of seconds as a declaration says it: no shorter, in the largest unit that comes near."""
    if seconds is None:
        return "session"
    seconds = min(seconds, _LONGEST)
    for unit, size in _UNITS:
        number = -(-seconds // size)
        if number * size <= seconds * 1.05 or unit == "minute":
            return Lifetime.parse(f"{number} {unit}{'' if number == 1 else 's'}").text
    raise AssertionError("a minute always comes near enough")


def quoted(text: str) -> str:
    """A text as a basic string of TOML."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _few(names: Iterable[str]) -> str:
    several = [_clean(name) for name in dict.fromkeys(names)]
    return ", ".join(several[:6]) + (f" and {len(several) - 6} more" if len(several) > 6 else "")


def _clean(text: str) -> str:
    """A text as a comment may carry it: one line, and no longer than it helps."""
    return cut(text)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
