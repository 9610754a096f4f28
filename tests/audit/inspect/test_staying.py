"""What a withdrawal leaves is found; what goes with it, and what no site can delete, is not."""

from __future__ import annotations

from bandeau.audit.facts import Area, CookieRead, Fact, Kept, SentCookie
from bandeau.audit.recording import Recording, State
from bandeau.model import Declaration
from support.recordings import HOME, codes, kept, one, page, recorded, request, stay

UID = "0af3be9912cd77aa41"
YEAR = 31_536_000
BEFORE, REFUSED, ACCEPTED, WITHDRAWN = State.BEFORE, State.REFUSED, State.ACCEPTED, State.WITHDRAWN
REGIE = kept("_regie", UID, lifetime=YEAR)
CARRIED = request(HOME, cookies=(SentCookie(name="_regie", domain="gazette.example"),))
READ = CookieRead(names=("_regie",), page=HOME)


def withdrawn(*facts: Fact, left: tuple[Kept, ...] = (), had: tuple[Kept, ...] = (REGIE,)) -> Recording:
    both = (stay(ACCEPTED, kept=had), stay(WITHDRAWN, *facts, kept=left, views=2))
    return recorded(page(stay(BEFORE), stay(REFUSED), *both))


def test_what_is_kept_after_a_withdrawal_is_found(declaration: Declaration) -> None:
    assert codes(withdrawn(left=(REGIE,))) == ["A601"]
    key = kept("regie-id", UID, "https://gazette.example", Area.LOCAL)
    assert one("A601", withdrawn(left=(key,))).subject == "localStorage regie-id of gazette.example"
    assert codes(withdrawn(left=(kept("plb"),)), declaration)[0] == "A601"


def test_what_is_gone_is_not(declaration: Declaration) -> None:
    assert codes(withdrawn()) == []
    assert codes(withdrawn(CARRIED, READ)) == []


def test_what_is_still_sent_and_read_is_found() -> None:
    assert codes(withdrawn(CARRIED, READ, left=(REGIE,))) == ["A601", "A602", "A603"]


def test_a_cookie_on_another_sites_host_is_not_the_sites_to_delete() -> None:
    foreign = kept("id", UID, "regie.example", lifetime=YEAR)
    assert codes(withdrawn(left=(foreign,), had=(foreign,))) == []


def test_what_came_with_acceptance_alone_and_stays_is_doubtful() -> None:
    unknown = kept("visitor", UID, lifetime=YEAR)
    assert codes(withdrawn(left=(unknown,), had=(unknown,))) == ["A604"]
    session = kept("PHPSESSID", UID)
    assert codes(withdrawn(left=(session,), had=(session,))) == []
