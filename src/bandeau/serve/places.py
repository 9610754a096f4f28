"""Where the site sets its cookies, learned from its answers: what a purge needs, and no request tells."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from threading import Lock

from bandeau.enforce.purge import Place, read_place
from bandeau.model import domain_match

_NAMES = 500
_EACH = 4  # a name set in more places than this is an identifier, or by somebody who tries


class Places:
    """The places of the cookies that were set last; bounded in memory, safe to use from any thread."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[Place, ...]] = OrderedDict()
        self._lock = Lock()

    def learn(self, name: str, set_cookie: bytes, path: str) -> None:
        """Take in where an answer to ``path`` sets a cookie."""
        place = read_place(set_cookie, path)
        known = self._known.get(name, ())
        if place is None or known[:1] == (place,) or len(name) > 256:
            return
        with self._lock:
            self._known[name] = (place, *(one for one in known if one != place))[:_EACH]
            self._known.move_to_end(name)
            if len(self._known) > _NAMES:
                self._known.popitem(last=False)

    def names(self) -> list[str]:
        """The names of the cookies of which a place is known."""
        with self._lock:
            return list(self._known)

    def of(self, name: str, host: str) -> Iterator[Place]:
        """The known places of a cookie from which ``host`` can have it."""
        for place in self._known.get(name, ()):
            if not place.domain or domain_match(host, place.domain):
                yield place
