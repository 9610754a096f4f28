"""The report for people: one file that a lawyer understands and an engineer can act on.

It stands alone: its style is inside, pictures are data, no script runs, nothing is loaded. Whatever a page said is
text. Long audits stay readable: findings are told once with the pages that they were made on, lists have an end.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from importlib import resources

from bandeau.ask.markup import Html, html, tag
from bandeau.audit.reports.html.findings import findings
from bandeau.audit.reports.html.flows import flows
from bandeau.audit.reports.html.head import header, reading, scope
from bandeau.audit.reports.html.matrix import matrix
from bandeau.audit.reports.html.pictures import pictures
from bandeau.audit.reports.html.promises import promises
from bandeau.audit.reports.html.timeline import timelines
from bandeau.audit.reports.result import Result
from bandeau.audit.reports.wording import several, sites


def format_html(result: Result) -> str:
    """Give the whole file."""
    style = resources.files(__package__).joinpath("style.css").read_text("utf-8")
    seen = result.traffic
    seen.blame(result.spool.findings())
    parts = (
        ("findings", "What was found", findings(result)),
        ("states", "State by state", matrix(seen)),
        ("words", "In the notice’s own words", promises(result)),
        ("flows", "Who got what", flows(seen)),
        ("timeline", "In the order of time", timelines(result)),
        ("pictures", "What the visitor saw", pictures(result)),
        ("scope", "What was audited", scope(result)),
        ("reading", "How to read this", reading()),
    )
    shown = [(name, title, content) for name, title, content in parts if content]
    main = tag(
        "main",
        header(result),
        tag(
            "nav",
            tag("ul", (tag("li", tag("a", title, href=f"#{name}")) for name, title, _ in shown)),
            aria_label="Parts",
        ),
        (tag("section", tag("h2", title), content, id=name) for name, title, content in shown),
    )
    page = tag("html", _head(result, style), tag("body", main), lang="en")
    return str(html(Html("<!DOCTYPE html>\n"), page, "\n"))


def _head(result: Result, style: str) -> Html:
    """Lets in this very style and pictures that lie in the file, and nothing that a hole in the escaping could load."""
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width,initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="robots", content="noindex"),
        tag("title", f"Consent audit · {several(sites(result), 2)}"),
        tag("style", Html(style)),
    )
