"""The head of the report (the verdict in one sentence), what was audited, and how to read it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from bandeau.ask.markup import Html, html, tag
from bandeau.audit.finding import Severity, Verdict
from bandeau.audit.reports.html.parts import code, cut, folded, limited, rows
from bandeau.audit.reports.result import STATES, Result
from bandeau.audit.reports.wording import count, judgement, several, sites, troubled

PAGES = 100
TROUBLES = 50


def header(result: Result) -> Html:
    """Whose audit, of when, and what it came to."""
    judged = judgement(result)
    verdict = tag(
        "div",
        tag("span", judged.sign, class_="sign", aria_hidden="true"),
        tag("div", tag("h1", judged.sentence), tag("p", judged.rest, class_="rest") if judged.rest else None),
        class_=f"verdict {judged.kind}",
    )
    about = f"Consent audit of {several([cut(site, 80) for site in sites(result)], 3)} · {_moment(result)}"
    return tag("header", tag("p", about, class_="of"), verdict, tag("ul", _numbers(result), class_="numbers"))


def _numbers(result: Result) -> Iterator[Html]:
    held = result.held
    told = [
        ("error", result.numbers[Severity.ERROR], "✕ error"),
        ("warning", result.numbers[Severity.WARNING], "! warning"),
        ("note", result.numbers[Severity.NOTE], "i note"),
        ("", result.page_count, "page"),
    ]
    if any(held.values()):
        told += [
            ("kept", len(held[Verdict.KEPT]), "✓ promise kept"),
            ("broken", len(held[Verdict.BROKEN]), "✕ promise broken"),
        ]
    for kind, number, label in told:
        said = label if number == 1 else re.sub(r"(error|warning|note|page|promise)", r"\1s", label)
        yield tag("li", tag("b", f"{number:,}", class_=kind if number and kind else None), tag("span", said))


def _moment(result: Result) -> str:
    return cut(result.made, 40).replace("T", ", ").removesuffix("Z") + " UTC"


def scope(result: Result) -> Html:
    """What the verdict speaks of: pages, devices, states, the browser and the policy that it runs under."""
    browser, number = result.browser, result.page_count
    urls = tuple(islice(result.urls(), PAGES))
    policy = [
        f"third-party cookies {'work' if browser.third_party_cookies else 'are refused'}",
        f"pings are {'on' if browser.pings else 'off'}",
        f"the profile was {'clean' if browser.clean else 'not clean'}",
        "without a window" if browser.headless else "with a window",
    ]
    listed = tag("ul", limited(urls, PAGES, lambda url: tag("li", code(url)), total=number), class_="plain")
    return html(
        rows(
            ("Pages", listed if number <= 5 else folded(count(number, "page"), listed)),
            ("Read on", _read_on(result.overview.read_on)) if result.overview.read_on else None,
            ("Devices", ", ".join(result.overview.devices)),
            ("States", tag("ul", _reached(result), class_="plain")),
            ("Browser", cut(f"{browser.name} {browser.version}")),
            ("Its policy", ", ".join(policy)),
            ("It called itself", code(browser.agent)) if browser.agent else None,
            ("Seen", _moment(result)),
            ("By", cut(f"Bandeau {result.bandeau}")),
            ("Held against", _against(result.bar.declaration)),
        ),
        _troubles(result),
    )


def _read_on(number: int) -> str:
    which = "1 of these pages was" if number == 1 else f"{number:,} of these pages were"
    return f"{which} opened in the visit of another page, on which the notice had been answered"


def _against(declaration: str) -> Html:
    return code(declaration) if declaration else html("no declaration; the law alone")


def _reached(result: Result) -> Iterator[Html]:
    asked, reached = result.overview.asked, result.overview.reached
    for state, words in STATES.items():
        if asked[state]:
            yield tag("li", f"{words}: seen {reached[state]:,} of {asked[state]:,} times")


def _troubles(result: Result) -> Html | None:
    every = troubled(result)
    told = list(islice(every, TROUBLES))
    number = len(told) + sum(1 for _ in every)
    if not told:
        return None
    listed = limited(
        told, TROUBLES, lambda one: tag("li", code(one[0].url), f" ({one[0].device}) {cut(one[1])}"), total=number
    )
    return folded(f"What could not be seen, or went wrong ({number:,})", tag("ul", listed, class_="evidence"))


_READING = {
    "Verdict": "The sentence at the top speaks only of what was seen: these pages, on these devices, at that moment.",
    "✕ error": "It breaks the promise, or a rule of law that is named with it.",
    "! warning": "It may break one; somebody who knows the site has to look.",
    "i note": "Worth knowing, and no breach.",
    "States": "Each page is opened in a clean browser and seen before any choice, then after all was refused. In a "
    "second clean browser everything is accepted, and then taken back. Each time the page is also opened anew. Where "
    "“Read on” is told above, the notice was answered once for several pages of a site.",
    "One finding": "It is told once, with every page and state that it was made in. Its code stays the same for ever.",
    "Evidence": "Which request or line of script did it, the innermost call first. Times are seconds since the "
    "page was opened.",
    "Promises": "They are quoted from the notice and read by fixed rules. “Not testable here” means that a browser "
    "cannot see it, such as how long a server keeps something. What no rule reads is listed, never guessed.",
    "Not seen": "What a server does with what it got and sends on, and what happens on pages that were not opened.",
    "No lawyer": "An audit gives facts and names rules. Whether a tracker is exempt is for the publisher and its "
    "regulator to say.",
}


def reading() -> Html:
    """What the words of the report mean."""
    return rows(*_READING.items())
