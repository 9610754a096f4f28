"""One visitor who plays all leak cases, and what shows of them."""

from __future__ import annotations

import time
from collections.abc import Iterable

from playwright.sync_api import BrowserContext, Page, ViewportSize

from leaks.case import Case
from leaks.stage import Stage

VIEWPORT: ViewportSize = {"width": 320, "height": 240}
"""The smaller a window, the less there is to draw; a tenth of the work was that."""
_AT_ONCE = 30
_ROUNDS = 4
# The frames of the turn before stay, so that each has time to show what it does; of more, every one would be told of
# everything that every other stores.
_PLAY = """async paths => {
  const earlier = [...document.querySelectorAll('iframe.earlier')];
  document.querySelectorAll('iframe').forEach(frame => frame.className = 'earlier');
  earlier.forEach(frame => frame.remove());
  await Promise.all(paths.map(path => new Promise(done => {
    const frame = document.createElement('iframe');
    frame.onload = done;
    setTimeout(done, 3000);
    frame.src = path;
    document.body.append(frame);
  })));
}"""
# What is stored for a moment only is stored as well.
_WATCH = """() => {
  self.ever = new Set();
  addEventListener('storage', event => ever.add(event.key));
  cookieStore.addEventListener('change', event => event.changed.forEach(cookie => ever.add(cookie.name)));
}"""

# Asked on a page of text, which carries no guard.
_INVENTORY = """async () => {
  const names = [...Object.keys(localStorage), ...Object.keys(sessionStorage), ...await caches.keys()];
  names.push(...(await indexedDB.databases()).map(database => database.name));
  for (const name of await navigator.storageBuckets.keys()) {
    const bucket = await navigator.storageBuckets.open(name);
    names.push(name, ...(await bucket.indexedDB.databases()).map(database => database.name));
  }
  for await (const name of (await navigator.storage.getDirectory()).keys()) names.push(name);
  return names;
}"""

_PLANT = """async plants => {
  const root = await navigator.storage.getDirectory();
  for (const [key, kind] of plants) {
    if (kind == 'local') localStorage[key] = 'secret';
    if (kind == 'session') sessionStorage[key] = 'secret';
    if (kind == 'cache') await (await caches.open(key)).put('/' + key, new Response('secret'));
    if (kind == 'cookie') document.cookie = `${key}=secret; path=/`;
    if (kind == 'partitioned') document.cookie = `${key}=secret; path=/; secure; samesite=none; partitioned`;
    if (kind == 'file') {
      const file = await (await root.getFileHandle(key, { create: true })).createWritable();
      await file.write('secret');
      await file.close();
    }
    if (kind == 'database') await new Promise(done => {
      const request = indexedDB.open(key);
      request.onupgradeneeded = () => request.result.createObjectStore('secret');
      request.onsuccess = () => done(request.result.close());
    });
  }
}"""


class Visitor:
    """One browser profile at one of the site's two addresses."""

    def __init__(self, stage: Stage, context: BrowserContext, url: str) -> None:
        self.stage, self.context, self.url = stage, context, url
        self.hub = self._hub()
        self._seen: set[str] = set()

    def _hub(self) -> Page:
        page = self.context.new_page()
        page.goto(f"{self.url}/hub.txt")
        page.evaluate(_WATCH)
        return page

    def choose(self, action: str) -> None:
        """Make a choice as the notice's form does; ``allow-service=x`` allows one."""
        verb, _, service = action.partition("=")
        body = f"new URLSearchParams({{ action: '{verb}', service: '{service}', back: '/' }})"
        self.hub.evaluate(f"fetch('/.bandeau/choice', {{ method: 'POST', body: {body} }})")

    def leave(self) -> None:
        """Close every page, and open a new one."""
        for page in self.context.pages:
            page.close()
        self.hub = self._hub()

    def plant(self) -> None:
        """Store what the reading cases read, past everything that would hold it."""
        planted = [case for case in self.stage.cases if case.plant]
        self.hub.evaluate(_PLANT, [[self.stage.keys[case.name], case.plant] for case in planted])
        for case in planted:
            if case.plant == "httponly":
                key, domain = self.stage.keys[case.name], "gazette.localhost"
                self.context.add_cookies(
                    [{"name": key, "value": "secret", "domain": domain, "path": "/", "httpOnly": True}]
                )

    def read_on(self) -> None:
        """Read a few more pages, as a visitor does, until nothing is stored any more under a case's name."""
        keys = {*self.stage.keys.values()}
        page = self.context.new_page()
        # With files may come a worker that answers for a page with what is held: that page fails.
        for case in [case for case in self.stage.cases if not (case.alone or case.files)][-4:]:
            page.goto(self.url + self.stage.path(case))
        page.close()
        for _ in range(50):
            if not keys & self.stored():
                break
            self.hub.wait_for_timeout(100)

    def play(self, cases: Iterable[Case] | None = None) -> None:
        """Play cases, all by default: most as frames of one page, which has no guard itself, the others as pages."""
        if cases is None:
            self.stage.clear()
            self._seen.clear()
            self.hub.evaluate("ever.clear()")
        played = self.stage.cases if cases is None else [*cases]
        for case in played:
            if case.alone:
                self.context.new_page().goto(self.url + self.stage.path(case), wait_until="commit")
        paths = [self.stage.path(case) for case in played if not case.alone]
        for start in range(0, len(paths), _AT_ONCE):
            self.hub.evaluate(_PLAY, paths[start : start + _AT_ONCE])

    def play_until(self, wanted: set[str]) -> set[str]:
        """Play every case, and again what was wanted and has not shown itself: a machine may be slow."""
        self.play()
        for _ in range(_ROUNDS):
            shown = self._settle(wanted)
            if wanted <= shown:
                break
            self.play(case for case in self.stage.cases if case.name in wanted - shown)
        return self._settle(wanted)

    def stored(self) -> set[str]:
        """The names of everything that is stored for the site."""
        names: set[str] = {*self.hub.evaluate(_INVENTORY)}
        return names | {str(cookie.get("name")).removeprefix("__Host-") for cookie in self.context.cookies()}

    def shown(self) -> set[str]:
        """The names of the cases that have shown themselves since they were played."""
        self._seen |= self.stored() | {*self.hub.evaluate("[...ever]")}
        return {case.name for case in self.stage.cases if self._shows(case)}

    def _shows(self, case: Case) -> bool:
        key = self.stage.keys[case.name]
        return {
            "contact": lambda: case.name in self.stage.tracker.contacted,
            "stored": lambda: key in self._seen,
            "told": lambda: "secret" in self.stage.told.get(key, ()),
            "sent": lambda: key in self.stage.sent,
        }[case.shows]()

    def _settle(self, wanted: set[str]) -> set[str]:
        """Wait for these cases to show themselves, and a second for any that should not; gives all that did."""
        start = time.monotonic()
        while True:
            shown = self.shown()
            waited = time.monotonic() - start
            if waited >= 4 or (waited >= 1 and wanted <= shown):
                return shown
            self.hub.wait_for_timeout(200)
