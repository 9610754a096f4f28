"""``bandeau audit``: visit, judge, report; or judge again what was recorded."""

from __future__ import annotations

import typer

from bandeau.cli.audit.options import Baseline, Declared, FailOns, Html, Json, Junit, Lists, Recorded, Sarif, Urls

FAILED = 3
"""The exit code where findings make the audit fail."""


def site(
    urls: Urls = None,
    recording: Recorded = None,
    declaration: Declared = None,
    lists: Lists = None,
    html: Html = None,
    json: Json = None,
    sarif: Sarif = None,
    junit: Junit = None,
    fail_on: FailOns = None,
    baseline: Baseline = None,
) -> None:
    """Hold any site to its promise: a real browser looks before any choice, after refusing, accepting, withdrawing.

    What each state sets, reads and contacts is held against the law and, where you give it, your declaration. The
    notice may be Bandeau's, anybody's, or none.

    Exit code: 3 where findings fail (--fail-on, else errors), 1 where a page could not be seen or a file is wrong,
    2 where the declaration or the command line is, else 0. bandeau audit diff --help tells about comparing two audits.

    For example:

      bandeau audit https://example.org/ --html report.html

      bandeau audit https://staging.example.org/ --declaration bandeau.toml --junit audit.xml

      bandeau audit --sitemap https://example.org/sitemap.xml --json today.json --baseline yesterday.json
    """
    from bandeau.cli.audit.judging import Bar, read_recording
    from bandeau.cli.audit.writing import Wanted

    bar = Bar.read(declaration, fail_on, baseline, lists)
    files = {"html": html, "json": json, "sarif": sarif, "junit": junit}
    wanted = Wanted({name: path for name, path in files.items() if path})
    wanted.check()
    result = bar.judge(*read_recording(recording))
    wanted.write(result)
    if result.failing:
        raise typer.Exit(FAILED)
    raise typer.Exit(1 if result.unseen else 0)
