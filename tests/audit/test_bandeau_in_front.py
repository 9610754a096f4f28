"""The newsroom: bare, each of its third parties is found; with Bandeau in front, nothing is left to find."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import newsroom
from bandeau.audit.recording import Device, State
from bandeau.declare import read_declaration
from support.planted.audited import ALL, Auditor, auditing, grave, told
from support.promise import ARTICLE, Front, in_front

pytestmark = pytest.mark.browser

PROMISED = read_declaration(newsroom.DECLARATION)


@pytest.fixture(scope="module")
def room() -> Iterator[newsroom.Newsroom]:
    with newsroom.start() as running:
        yield running


@pytest.fixture(scope="module")
def front(room: newsroom.Newsroom, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with in_front(room, tmp_path_factory.mktemp("data")) as running:
        yield running


@pytest.fixture(scope="module")
def auditor() -> Iterator[Auditor]:
    with auditing("MAP *.localhost 127.0.0.1") as running:
        yield running


BARE = {
    "A102 cookie palabre_visit on gazette.localhost",
    "A102 cookie regie_id on gazette.localhost",
    "A103 cookie palabre_uid on palabre.localhost",
    "A103 cookie regie_uid on regie.localhost",
    "A103 cookie pistage_id on pistage.localhost",
    "A103 cookie scopia_vid on scopia.localhost",
    "A104 localStorage palabre_history of gazette.localhost",
    "A104 localStorage scopia_position of scopia.localhost",
    "A105 sessionStorage pistage_parcours of gazette.localhost",
    "A401 host palabre.localhost",
    "A401 host regie.localhost",
    "A401 host pistage.localhost",
    "A401 host polices.localhost",
    "A402 host pistage.localhost",
    "A403 host pistage.localhost",
    "A407 host palabre.localhost",
    "A407 host scopia.localhost",
    "A818 the page",
}
"""Everything that the newsroom's third parties do to a reader of an article, as its own README tells."""


def test_everything_that_the_bare_newsroom_does_is_found(auditor, room):
    (page,) = auditor.pages([(room.page_url + ARTICLE, {"states": (State.BEFORE,)})])
    found = {f"{finding.code} {finding.subject}" for finding in grave(auditor.findings(page, PROMISED))}
    assert BARE - found == set()
    assert {row for row in found if "ps_id" in row or "stats.localhost" in row or "csrftoken" in row} == set()


def test_nothing_is_found_with_bandeau_in_front(auditor, front):
    rows: list[tuple[str, dict[str, Any]]] = [
        (front.url + path, {"read": True, "device": device, "declaration": PROMISED, "alone": alone})
        for path, device, alone in (
            ("/", Device.DESKTOP, False),
            ("/", Device.MOBILE, False),
            (ARTICLE, Device.DESKTOP, True),
            (ARTICLE, Device.MOBILE, False),
        )
    ]
    pages = auditor.pages(rows)
    asked = [service.id for service in PROMISED.services if not PROMISED.exempt(service)]
    for page in pages:
        assert [stay.trouble for stay in page.stays if not stay.reached] == []
        assert [stay.state for stay in page.stays if stay.state is not State.ALONE] == [*ALL]
        said = auditor.findings(page, PROMISED)
        assert [f"{told(finding)}: {finding.message}" for finding in grave(said)] == []
    assert [stay.service for stay in pages[2].stays if stay.state is State.ALONE] == asked
