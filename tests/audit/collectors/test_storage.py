"""Storage that scripts use, and what lies there at the end."""

from __future__ import annotations

import pytest

from bandeau.audit.facts import Area, Storing
from support.seeing import Eyes, of
from support.stage import Stage

pytestmark = pytest.mark.browser

OPENED = "const r = indexedDB.open('db'); r.onupgradeneeded = () => r.result.createObjectStore('box');"


@pytest.mark.parametrize(
    ("script", "area", "op", "key"),
    [
        ("localStorage.setItem('k', 'v')", Area.LOCAL, "set", "k"),
        ("localStorage.getItem('k')", Area.LOCAL, "get", "k"),
        ("localStorage.removeItem('k')", Area.LOCAL, "remove", "k"),
        ("localStorage.clear()", Area.LOCAL, "clear", ""),
        ("localStorage.key(0)", Area.LOCAL, "list", ""),
        ("localStorage.dark = 'yes'", Area.LOCAL, "set", "dark"),
        ("sessionStorage.setItem('k', 'v')", Area.SESSION, "set", "k"),
        (
            """const real = sessionStorage;
            Object.defineProperty(window, 'sessionStorage', {get: () => new Proxy(real, {})});
            Storage.prototype.setItem.call(real, 'k', 'v')""",
            Area.SESSION,
            "set",
            "k",
        ),
        (f"{OPENED}", Area.DATABASE, "open", "db"),
        (
            f"{OPENED} r.onsuccess = () => r.result.transaction('box', 'readwrite').objectStore('box').put(1, 'x')",
            Area.DATABASE,
            "set",
            "db/box",
        ),
        (
            f"{OPENED} r.onsuccess = () => r.result.transaction('box').objectStore('box').get('x')",
            Area.DATABASE,
            "get",
            "db/box",
        ),
        ("caches.open('c')", Area.CACHE, "open", "c"),
        ("caches.open('c').then((c) => c.put('/x', new Response('y')))", Area.CACHE, "set", "c"),
        ("navigator.storage.getDirectory()", Area.FILES, "open", "/"),
        (
            "navigator.storage.getDirectory().then((d) => d.getFileHandle('id.txt', {create: true}))",
            Area.FILES,
            "set",
            "id.txt",
        ),
    ],
)
def test_a_use_of_storage_is_seen(audit_eyes: Eyes, sites: Stage, script: str, area: Area, op: str, key: str) -> None:
    stay = audit_eyes.before(sites.put("site", "/", f"<script>{script}</script>"))
    assert len(of(stay, Storing, area=area, op=op, key=key)) == 1


def test_what_was_stored_lies_there_at_the_end(audit_eyes: Eyes, sites: Stage) -> None:
    sites.put("site", "/sw.js", "")
    script = f"""localStorage.l = "1"; sessionStorage.s = "2"; {OPENED} caches.open("c");
navigator.storage.getDirectory().then(async (d) => {{
  await d.getFileHandle("f.txt", {{create: true}});
  await (await d.getDirectoryHandle("in", {{create: true}})).getFileHandle("g.txt", {{create: true}});
}});
navigator.serviceWorker.register("/sw.js");"""
    stay = audit_eyes.before(sites.put("site", "/", f"<script>{script}</script>"))
    own = sites.url("site", "")
    assert {(kept.area, kept.key, kept.value) for kept in stay.kept} == {
        (Area.LOCAL, "l", "1"),
        (Area.SESSION, "s", "2"),
        (Area.DATABASE, "db", ""),
        (Area.CACHE, "c", ""),
        (Area.FILES, "f.txt", ""),
        (Area.FILES, "in/g.txt", ""),
        (Area.WORKER, f"{own}/", f"{own}/sw.js"),
    }
    assert {kept.owner for kept in stay.kept} == {own}


def test_a_read_says_whether_there_was_something(audit_eyes: Eyes, sites: Stage) -> None:
    script = "localStorage.setItem('a', '1'); localStorage.getItem('a'); localStorage.getItem('b')"
    stay = audit_eyes.before(sites.put("site", "/", f"<script>{script}</script>"))
    assert {storing.key: storing.got for storing in of(stay, Storing, op="get")} == {"a": True, "b": False}


def test_our_own_reading_is_no_use_of_storage(audit_eyes: Eyes, sites: Stage) -> None:
    stay = audit_eyes.before(sites.put("site", "/", "hello"))
    assert of(stay, Storing) == []
