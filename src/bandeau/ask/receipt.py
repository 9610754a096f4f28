"""The receipt as a page for people: one file that a visitor keeps, reads years later, prints, and has checked.

It stands alone: its style is inside, nothing is loaded, no script runs. What is checked lies in it as data, in the one
element that ``bandeau.record.receipt.read_receipt`` looks for; the rest of the page follows from that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from shlex import quote

from bandeau.ask.markup import Html, fill, html, tag
from bandeau.ask.pages import done, moment
from bandeau.ask.receipt_style import STYLE
from bandeau.ask.view import View
from bandeau.ask.words import words as words_of
from bandeau.model import Controller, Purpose, Service

FILE = "consent-receipt.html"
"""The name under which a receipt is downloaded."""

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""The file loads and sends nothing, whatever a text in it says."""


@dataclass(frozen=True, slots=True)
class ReceiptChoice:
    """One choice as the receipt shows it.

    ``at`` is ISO 8601; ``asked`` is the archived declaration that it answers, as the reader sees it, ``None`` where
    that is not there; ``text`` are the exact words shown in ``language``, ``None`` where they are not there.
    ``declaration`` and ``notice`` are the digests of both, ``leaf`` is the choice's index in the log.
    """

    at: str
    action: str
    language: str
    signals: tuple[str, ...]
    purposes: Mapping[str, bool]
    services: Mapping[str, bool]
    asked: View | None
    text: str | None
    declaration: str
    notice: str
    leaf: int


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """What holds for the whole receipt: the record, when it was made, and the log that has it.

    ``own`` is the absolute address of Bandeau's own paths on the site; ``keys`` are the log's public keys in their
    text form, the newest last; ``root`` is in base64.
    """

    record: str
    at: str
    own: str
    log: str
    size: int
    root: str
    keys: tuple[str, ...]


def receipt_page(view: View, choices: Sequence[ReceiptChoice], facts: ReceiptFacts, document: str) -> str:
    """The whole file, newest choice first. ``document`` is what machines read of it, as JSON."""
    words = view.words
    newest = choices[-1].asked or view
    title = words["receipt.title"]
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("meta", name="viewport", content="width=device-width,initial-scale=1"),
        tag("meta", name="robots", content="noindex"),
        tag("title", f"{title} · {newest.declaration.site.name}"),
        tag("style", Html(STYLE)),
    )
    main = tag(
        "main",
        tag("p", newest.declaration.site.name, class_="site"),
        tag("h1", title),
        tag("p", fill(words["receipt.proves"], log=_code(facts.log)), class_="lead"),
        _who(view, newest.declaration.site.controller, facts),
        _choices(view, choices, newest),
        _check(view, facts),
        _links(view, facts),
    )
    data = tag("script", Html(embedded(document)), type="application/ld+json")
    page = tag("html", head, tag("body", main, data), lang=words.language, dir=words.direction)
    return str(html(Html("<!DOCTYPE html>"), page))


def embedded(document: str) -> str:
    """A JSON text that nothing in a page can end or change: it reads the same (RFC 8259, section 7)."""
    return document.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _code(text: str) -> Html:
    """What is the same in every language, and never written from the right."""
    return tag("code", text, dir="ltr")


def _rows(*rows: tuple[str, object] | None) -> Html:
    return tag("dl", (tag("div", tag("dt", row[0]), tag("dd", row[1])) for row in rows if row))


def _who(view: View, controller: Controller, facts: ReceiptFacts) -> Html:
    words = view.words
    who = ", ".join(filter(None, (controller.name, controller.address, controller.contact)))
    return _rows(
        (words["policy.controller"], who),
        (words["receipt.record"], _code(facts.record)),
        (words["receipt.made"], moment(words, facts.at)),
    )


# -- a choice -------------------------------------------------------------------------------------------------------


def _choices(view: View, choices: Sequence[ReceiptChoice], newest: View) -> Iterator[Html]:
    """The newest first; words that several were made upon stand at the newest of them, and the others lead there."""
    told: set[str] = set()
    for choice in reversed(choices):
        yield _choice(view, choice, newest, tell=choice.text is None or choice.notice not in told)
        told.add(choice.notice)


def _choice(view: View, choice: ReceiptChoice, newest: View, *, tell: bool) -> Html:
    words = view.words
    asked = choice.asked or view
    controller = asked.declaration.site.controller
    other = controller.name != newest.declaration.site.controller.name
    digest = _code(choice.notice)
    return tag(
        "section",
        tag("h2", moment(words, choice.at)),
        tag("p", done(words, choice.action), class_="done"),
        _table(asked, choice),
        _words_shown(view, choice) if tell else None,
        _rows(
            (words["policy.controller"], controller.name) if other else None,
            (words["my-choices.language"], words_of(choice.language).name),
            (words["done.signal"], _code(" ".join(choice.signals))) if choice.signals else None,
            (words["receipt.leaf"], _code(str(choice.leaf))),
            (words["receipt.declaration"], _code(choice.declaration)),
            (words["receipt.words"], digest if tell else tag("a", digest, href=f"#{choice.notice[:16]}")),
        ),
    )


def _words_shown(view: View, choice: ReceiptChoice) -> Html | None:
    if choice.text is None:
        return None
    spoken = words_of(choice.language)
    lines = (tag("p", line) for line in choice.text.splitlines() if line)
    said = tag("div", lines, lang=spoken.language, dir=spoken.direction, class_="said")
    return tag("details", tag("summary", view.words["receipt.words"]), said, id=choice.notice[:16])


def _table(asked: View, choice: ReceiptChoice) -> Html:
    """Both facets of every purpose and service that was asked about."""
    words = asked.words
    columns = (words["facts.purposes"], words["settings.deposit"], words["settings.profiles"])
    head = tag("tr", (tag("th", column, scope="col") for column in columns))
    return tag("table", tag("thead", head), _groups(asked, choice))


def _groups(asked: View, choice: ReceiptChoice) -> Iterator[Html]:
    """Every purpose with its services below it, then the services that have none of them."""
    declaration = asked.declaration
    left = dict(choice.services)
    for name, allowed in choice.purposes.items():
        purpose = declaration.purpose(name) or Purpose(name)
        serving = [one for one in declaration.of_purpose(name) if one.id in choice.services]
        homed = [one for one in serving if left.pop(one.id, None) is not None]
        profiled = [choice.services[one.id] for one in serving if one.profiling]
        states = [choice.services[one.id] for one in serving] or [allowed]
        rows = (_service(asked, one, choice.services[one.id]) for one in homed)
        yield tag("tbody", _row(asked, tag("b", asked.label(purpose)), states, profiled, "purpose"), rows)
    if left:
        known = (declaration.service(name) or Service(name, name, name, ("functioning",)) for name in left)
        yield tag("tbody", (_service(asked, one, left[one.id]) for one in known))


def _service(asked: View, service: Service, allowed: bool) -> Html:  # noqa: FBT001 - as the record has it
    whose = f" · {service.recipient}" if service.recipient != service.name else None
    return _row(asked, html(service.name, whose), [allowed], [allowed] if service.profiling else [], "service")


def _row(asked: View, name: Html, states: Sequence[bool], profiled: Sequence[bool], kind: str) -> Html:
    """A word for each facet, with a sign and a colour beside it, as in the settings."""
    profiles = _state(profiled) if profiled else "never"
    cells = (_facet(asked, "deposit", _state(states)), _facet(asked, "profiles", profiles))
    return tag("tr", tag("th", name, scope="row"), cells, class_=kind)


def _state(states: Sequence[bool]) -> str:
    return "yes" if all(states) else "some" if any(states) else "no"


def _facet(asked: View, facet: str, state: str) -> Html:
    word = tag("span", asked.words[f"settings.{facet}-{state}"], class_="no" if state == "never" else state)
    return tag("td", word)


# -- the log --------------------------------------------------------------------------------------------------------


def _check(view: View, facts: ReceiptFacts) -> Html:
    words = view.words
    published = f"{facts.own}log/keys"
    command = f"bandeau ledger check {FILE} --key {quote(facts.keys[-1])}"
    return tag(
        "section",
        tag("h2", words["receipt.check"]),
        tag("p", words["receipt.check-how"]),
        tag("pre", tag("code", command), dir="ltr"),
        tag("p", fill(words["receipt.check-key"], address=tag("a", _code(published), href=published))),
        _rows(
            (words["receipt.log"], _code(facts.log)),
            (words["receipt.root"], _code(f"{facts.root} ({facts.size})")),
            *((words["receipt.key"], _code(key)) for key in facts.keys),
        ),
    )


def _links(view: View, facts: ReceiptFacts) -> Html:
    """Where to change, see and erase what the receipt speaks of, for as long as the site is there."""
    words = view.words
    pages = ("settings", words["actions.settings"]), ("my-choices", words["links.my-choices"])
    return tag("nav", (tag("a", label, href=f"{facts.own}{page}?lang={view.language}") for page, label in pages))
