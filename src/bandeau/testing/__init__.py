"""For the tests of a site: fail where the promise of its notice is not kept.

``assert_promise_kept(url)`` drives a real browser through every state of consent and raises :class:`PromiseBroken`
with what it found. It needs ``bandeau[audit]``. The pytest plug-in (:mod:`bandeau.testing.plugin`) brings it as the
fixture ``promise_kept``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from bandeau.errors import BandeauError

DEVICES = ("desktop",)
STATES = ("before", "refused", "accepted", "withdrawn")


class PromiseBroken(AssertionError):
    """The promise was not kept: its message lists the findings, gravest first, with evidence and what to change."""


def assert_promise_kept(
    *urls: str,
    declaration: str | Path | None = None,
    fail_on: Iterable[str] = (),
    devices: Sequence[str] = DEVICES,
    states: Sequence[str] = STATES,
    follow: int = 0,
    report: str | Path | None = None,
) -> None:
    """Audit pages, and fail where a finding says so.

    Args:
        urls: the pages, on a server that runs.
        declaration: the file that they are held against.
        fail_on: codes or severities of findings; errors where it is empty.
        devices: ``desktop``, ``mobile`` or both.
        states: of ``before``, ``refused``, ``accepted``, ``withdrawn`` and ``alone`` (each declared service by itself).
        follow: how many links of each page to open too.
        report: where to write the HTML report, whatever comes out.

    Raises:
        PromiseBroken: a finding makes the audit fail, or a page could not be seen.
        SetupError: there is no browser, or a file is wrong.
        DeclarationError: the declaration cannot be used.
        ValueError: there is no page, or a device or state that does not exist.
    """
    from bandeau.testing.auditing import audited

    if not urls:
        raise ValueError("name the pages to audit")
    try:
        message = audited(
            urls,
            declaration=Path(declaration) if declaration else None,
            fail_on=tuple(fail_on),
            devices=devices,
            states=states,
            follow=follow,
            report=Path(report) if report else None,
        )
    except ModuleNotFoundError as error:
        raise _missing(error) from error
    if message:
        raise PromiseBroken(message)


def _missing(error: ModuleNotFoundError) -> BandeauError:
    from bandeau.errors import SetupError

    return SetupError(f"The audit needs {error.name}: pip install 'bandeau[audit]'.")
