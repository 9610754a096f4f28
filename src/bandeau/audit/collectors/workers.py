"""Workers: dedicated, shared and service workers, and worklets. The smallest collector, and the one to copy."""

from __future__ import annotations

from bandeau.audit.collectors.base import WORKERS, Collector, Params, Target
from bandeau.audit.facts import WorkerStarted


class Workers(Collector):
    """Writes each worker down when the browser attaches it, before its first line runs."""

    events = ("Target.attachedToTarget",)

    def event(self, target: Target, name: str, params: Params) -> None:
        """Take one that was started by ``target``: by the page or worker that it belongs to, where that is known."""
        info = params["targetInfo"]
        if info["type"] in WORKERS:
            book = self.book
            book.stir()
            url = book.cut(info["url"])
            book.write(WorkerStarted(at=book.at, view=book.view, page=book.cut(target.url), kind=info["type"], url=url))
