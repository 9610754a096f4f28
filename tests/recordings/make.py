"""Makes the recordings beside this file anew, in a real browser: ``python tests/recordings/make.py``.

The tests of what judges recordings read them, so that they need no browser. Names end in ``.localhost`` because a
browser trusts those without TLS; the port is mapped away, so that nothing but times changes from run to run.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from bandeau.audit.recording import Device, format_recording  # noqa: E402
from bandeau.audit.visit import Patience, Plan, opened, recorded, see  # noqa: E402
from support.browser import executable  # noqa: E402
from support.seeing import ById  # noqa: E402
from support.stage import Stage, staged  # noqa: E402

NOTICE = """<div id=notice role=dialog aria-label="Cookies"><p>We use cookies.</p>
<button id=accept>Accept all</button> <button id=refuse>Refuse all</button></div>
<footer><button id=withdraw hidden>Cookie settings</button></footer>
<script>
const said = /choice=(\\w+)/.exec(document.cookie)?.[1];
const choose = (choice) => {
  document.cookie = `choice=${choice}; max-age=15552000; path=/; SameSite=Lax`;
  document.getElementById("notice")?.remove(); withdraw.hidden = false; decided(choice);
};
accept.onclick = () => choose("yes"); refuse.onclick = () => choose("no"); withdraw.onclick = () => choose("no");
addEventListener("DOMContentLoaded", () => { if (said) { notice.remove(); withdraw.hidden = false; decided(said); } });
</script>"""
HEAD = "<!doctype html><html lang=en><meta charset=utf-8><title>La Gazette du Port</title>"
LOAD = "const load = (src) => document.head.append(Object.assign(document.createElement('script'), {src}));"

STATS = """
document.cookie = "_ga=GA1.1.123456789.1700000000; max-age=63072000; path=/";
navigator.sendBeacon("http://stats.localhost/collect?v=2&gcs=G111&cid=123456789.1700000000");
"""
ADS = """
localStorage.setItem("ad_id", "7f3a9c");
document.cookie = "_fbp=fb.1.1700000000.987654321; max-age=7776000; path=/";
const c = document.createElement("canvas"); c.getContext("2d").fillText("fingerprint", 2, 10); c.toDataURL();
new Image().src = "http://ads.localhost/pixel?ref=" + encodeURIComponent(location.href);
"""


def third_parties(stage: Stage) -> None:
    """What the two trackers answer."""
    kept = "uid=42; Max-Age=31536000; Path=/; SameSite=None; Secure"
    stage.put("stats", "/s.js", STATS)
    stage.put("stats", "/collect")
    stage.put("ads", "/a.js", ADS)
    stage.redirect("ads", "/pixel", "http://sync.localhost/match", ("Set-Cookie", kept))
    stage.put("sync", "/match", "", ("Set-Cookie", "lax=1"), ("Set-Cookie", f"s{kept}"))
    stage.put("video", "/embed", "<script>localStorage.setItem('player', '1'); indexedDB.open('played')</script>")


def innocent(stage: Stage) -> None:
    """A session cookie, own assets, no notice: nothing to say of it."""
    stage.put("gazette", "/style.css", "body { color: #222 }")
    stage.put(
        "gazette",
        "/",
        f"{HEAD}<link rel=stylesheet href=/style.css><h1>Port news</h1>",
        ("Set-Cookie", "session=ok; Path=/; HttpOnly; SameSite=Lax"),
    )


def obedient(stage: Stage) -> None:
    """A notice that is obeyed: trackers come after an acceptance only, and go when it is taken back."""
    forget = """
  localStorage.removeItem("ad_id");
  for (const name of ["_ga", "_fbp"]) document.cookie = `${name}=; max-age=0; path=/`;"""
    decided = f"""<script>{LOAD}
function decided(choice) {{
  if (choice === "yes") {{ load("http://stats.localhost/s.js"); load("http://ads.localhost/a.js"); return; }}{forget}
}}</script>"""
    third_parties(stage)
    stage.put("gazette", "/", f"{HEAD}{decided}<h1>Port news</h1>{NOTICE}")


def broken(stage: Stage) -> None:
    """A notice that changes little: one tracker comes before any choice, all stay after a withdrawal."""
    decided = f"""<script>{LOAD}
function decided(choice) {{ if (choice === "yes") load("http://ads.localhost/a.js"); }}</script>"""
    third_parties(stage)
    body = "<iframe src=http://video.localhost/embed width=300 height=200></iframe>"
    link = "<a href='http://ads.localhost/out?gclid=Cj0KCQ'>Advertisement</a>"
    stage.put(
        "gazette",
        "/",
        f"{HEAD}<script src=http://stats.localhost/s.js></script>{decided}<h1>Port news</h1>{body}{link}{NOTICE}",
        ("Set-Cookie", "visitor=1; Path=/; Max-Age=94608000"),
        ("Link", "<http://ads.localhost>; rel=preconnect"),
    )


SITES: tuple[Callable[[Stage], None], ...] = (innocent, obedient, broken)


async def record(build: Callable[[Stage], None], devices: tuple[Device, ...]) -> bytes:
    """See one site in every state."""
    plan = Plan(devices=devices, screenshots=False, patience=Patience(quiet=0.5))
    with staged() as stage:
        build(stage)
        async with opened(executable(), (f"--host-resolver-rules=MAP *:80 127.0.0.1:{stage.port}",)) as live:
            seen = [await see(live, "http://gazette.localhost/", plan, ById(), device=device) for device in devices]
            return format_recording(recorded(live.facts(), [one.page for one in seen]))


async def main() -> None:
    """Make them all."""
    for build in SITES:
        devices = (Device.DESKTOP, Device.MOBILE) if build is broken else (Device.DESKTOP,)
        (HERE / f"{build.__name__}.json").write_bytes(await record(build, devices) + b"\n")


if __name__ == "__main__":
    asyncio.run(main())
