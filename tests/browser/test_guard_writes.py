"""Nothing that is held can be stored: each way leaks on the bare page, and does not with the guard."""

# ruff: noqa: E501 (each row of the tables is one script)

from __future__ import annotations

import zlib
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from support.guarded import Playground, playground

pytestmark = pytest.mark.browser

OPEN_DATABASE = "await new Promise(done => { const r = indexedDB.open('spy'); r.onsuccess = r.onerror = done; })"

IN_PAGE = {
    "a cookie": "document.cookie = 'spy=1'",
    "a cookie with blanks around its name": "document.cookie = '  spy =1; path=/'",
    "a cookie without a name": "document.cookie = 'spy'",
    "a cookie that expires later than it says it has expired": "document.cookie = 'spy=1; expires=Thu, 01 Jan 1970 00:00:00 GMT; max-age=99'",
    "a cookie through the prototype's setter": "Object.getOwnPropertyDescriptor(Document.prototype, 'cookie').set.call(document, 'spy=1')",
    "a cookie in the Cookie Store": "await cookieStore.set('spy', '1')",
    "a cookie in the Cookie Store, by dictionary": "await cookieStore.set({ name: 'spy', value: '1' })",
    "a local key": "localStorage.setItem('spy', 1)",
    "a session key": "sessionStorage.setItem('spy', 1)",
    "a local key as a property": "localStorage.spy = 1",
    "a session key as an index": "sessionStorage['spy'] = 1",
    "a local key by Object.assign": "Object.assign(localStorage, { spy: 1 })",
    "a local key by defineProperty": "Object.defineProperty(localStorage, 'spy', { value: '1' })",
    "a local key by Reflect.set": "Reflect.set(localStorage, 'spy', '1')",
    "a local key through the prototype": "Storage.prototype.setItem.call(localStorage, 'spy', 1)",
    "a local key through the window's getter": "Object.getOwnPropertyDescriptor(window, 'localStorage').get.call(window).setItem('spy', 1)",
    "a local key named as an object": "localStorage.setItem({ toString: () => 'spy' }, 1)",
    "a database": OPEN_DATABASE,
    "a database through the prototype": "await new Promise(done => { const r = IDBFactory.prototype.open.call(indexedDB, 'spy', 3); r.onsuccess = r.onerror = done; })",
    "a cache": "await caches.open('spy').catch(() => 0)",
    "a private file": "await (await navigator.storage.getDirectory()).getFileHandle('spy', { create: true }).catch(() => 0)",
    "a private folder": "await (await navigator.storage.getDirectory()).getDirectoryHandle('spy', { create: true }).catch(() => 0)",
    "a private file that is renamed": "const d = await navigator.storage.getDirectory(); const h = await d.getFileHandle('ours_r', { create: true }); await h.move('spy').catch(() => 0)",
    "a private file that is moved to the root": "const d = await navigator.storage.getDirectory(); const s = await d.getDirectoryHandle('ours_m', { create: true }); const h = await s.getFileHandle('spy', { create: true }); await h.move(d).catch(() => 0)",
    "a private file that is moved and renamed": "const d = await navigator.storage.getDirectory(); const s = await d.getDirectoryHandle('ours_n', { create: true }); const h = await s.getFileHandle('x', { create: true }); await h.move(d, 'spy').catch(() => 0)",
    "a storage bucket": "await navigator.storageBuckets.open('spy').catch(() => 0)",
    "a database in an allowed bucket": "await new Promise(async done => { const b = await navigator.storageBuckets.open('ours'); const r = b.indexedDB.open('spy'); r.onsuccess = r.onerror = done; })",
}

FRAME = "const f = document.createElement('iframe');"
IN_REALMS = {
    "the window of a frame": f"{FRAME} document.body.append(f); f.contentWindow.localStorage.spy = 1",
    "a cookie of a frame's document": f"{FRAME} document.body.append(f); f.contentDocument.cookie = 'spy=1'",
    "a frame by index": f"{FRAME} document.body.append(f); window[0].localStorage.spy = 1",
    "a frame by index of frames": f"{FRAME} document.body.insertBefore(f, null); frames[0].sessionStorage.spy = 1",
    "a frame by name": f"{FRAME} f.name = 'peep'; document.body.appendChild(f); window.peep.localStorage.spy = 1",
    "a frame in markup": "document.body.innerHTML = '<p><iframe></iframe></p>'; window[0].localStorage.spy = 1",
    "a frame in outer markup": "document.body.firstElementChild.outerHTML = '<iframe></iframe>'; window[0].localStorage.spy = 1",
    "a frame in adjacent markup": "document.body.firstElementChild.insertAdjacentHTML('afterend', '<iframe></iframe>'); window[0].localStorage.spy = 1",
    "a frame in a range": f"{FRAME} const r = new Range(); r.setStart(document.body, 0); r.insertNode(f); window[0].localStorage.spy = 1",
    "a frame in a fragment of a range": "document.body.append(new Range().createContextualFragment('<iframe></iframe>')); window[0].localStorage.spy = 1",
    "a frame that replaces an element": f"{FRAME} document.body.firstElementChild.replaceWith(f); window[0].localStorage.spy = 1",
    "a frame that replaces a child": f"{FRAME} document.body.replaceChild(f, document.body.firstElementChild); window[0].localStorage.spy = 1",
    "a frame as only child": f"{FRAME} document.body.replaceChildren(f); window[0].localStorage.spy = 1",
    "a frame after a text": f"{FRAME} document.body.append('x'); document.body.lastChild.after(f); window[0].localStorage.spy = 1",
    "a frame put by execCommand": "document.body.contentEditable = true; document.body.focus(); document.execCommand('insertHTML', false, '<iframe></iframe>'); window[0].localStorage.spy = 1",
    "a frame in a shadow tree": f"{FRAME} document.body.firstElementChild.attachShadow({{ mode: 'open' }}).append(f); f.contentWindow.localStorage.spy = 1",
    "a frame in the markup of a shadow tree": "const s = document.body.firstElementChild.attachShadow({ mode: 'closed' }); s.innerHTML = '<iframe></iframe>'; s.firstChild.contentWindow.localStorage.spy = 1",
    "an object": "const f = document.createElement('object'); f.data = 'about:blank'; document.body.append(f); await new Promise(r => setTimeout(r, 200)); f.contentWindow.localStorage.spy = 1",
    "a frame in a frame": f"{FRAME} document.body.append(f); const g = f.contentDocument.createElement('iframe'); f.contentDocument.body.append(g); f.contentWindow[0].localStorage.spy = 1",
    "a frame put in a frame by this page's methods": f"{FRAME} document.body.append(f); const g = document.createElement('iframe'); Node.prototype.appendChild.call(f.contentDocument.body, g); window[0][0].localStorage.spy = 1",
    "a frame's storage class": f"{FRAME} document.body.append(f); window[0].Storage.prototype.setItem.call(localStorage, 'spy', 1)",
    "a frame's cookie setter on this document": f"{FRAME} document.body.append(f); Object.getOwnPropertyDescriptor(window[0].Document.prototype, 'cookie').set.call(document, 'spy=1')",
    "a frame's database": f"{FRAME} document.body.append(f); await new Promise(done => {{ const r = window[0].indexedDB.open('spy'); r.onsuccess = r.onerror = done; }})",
    "a script written into a frame": f"{FRAME} document.body.append(f); f.contentDocument.write('<script>localStorage.spy = 1</scr' + 'ipt>'); f.contentDocument.close()",
    "a frame taken out again": f"{FRAME} document.body.append(f); const s = window[0].localStorage; f.remove(); try {{ s.spy = 1 }} catch {{}}; {FRAME.replace('const f', 'var h')} document.body.append(h); h.contentWindow.localStorage.spy = 1",
    "a srcdoc's own script": f"{FRAME} f.srcdoc = '<script>localStorage.spy = 1</scr' + 'ipt>'; document.body.append(f)",
    "a srcdoc in markup": "document.body.innerHTML = `<iframe srcdoc='<script>localStorage.spy = 1</scr` + `ipt>'></iframe>`",
    "a srcdoc by attribute": f"{FRAME} f.setAttribute('srcdoc', '<script>localStorage.spy = 1</scr' + 'ipt>'); document.body.append(f)",
    "a second srcdoc": f"{FRAME} f.srcdoc = 'one'; document.body.append(f); await new Promise(r => f.onload = r); f.srcdoc = '<script>localStorage.spy = 1</scr' + 'ipt>'",
    "a second srcdoc by attribute": f"{FRAME} f.srcdoc = 'one'; document.body.append(f); await new Promise(r => f.onload = r); f.setAttribute('srcdoc', '<script>localStorage.spy = 1</scr' + 'ipt>')",
    "a frame of a blob": f"{FRAME} f.src = URL.createObjectURL(new Blob(['<script>localStorage.spy = 1</scr' + 'ipt>'], {{ type: 'text/html' }})); document.body.append(f)",
    "a javascript: frame": f"{FRAME} f.src = 'javascript:void(localStorage.spy = 1)'; document.body.append(f)",
    "a javascript: frame in markup": "document.body.innerHTML = '<iframe src=\"javascript:void(localStorage.spy = 1)\"></iframe>'",
    "a javascript: frame that makes a page": f"{FRAME} f.src = `javascript:'<script>localStorage.spy = 1</scr` + `ipt>'`; document.body.append(f)",
    "a popup": "const w = open('about:blank'); w.localStorage.spy = 1",
    "a popup's document": "const w = open(''); w.document.write('<script>localStorage.spy = 1</scr' + 'ipt>'); w.document.close()",
    "a frame whose load is awaited": f"{FRAME} f.srcdoc = 'x'; document.body.append(f); await new Promise(r => f.onload = r); window[0].localStorage.spy = 1",
    "a static page of the site": f"{FRAME} f.src = '/inventory'; document.body.append(f); await new Promise(r => f.onload = r); window[0].localStorage.spy = 1",
    "a second static page of the site": f"{FRAME} f.src = '/inventory'; document.body.append(f); await new Promise(r => f.onload = r); f.src = '/inventory?2'; await new Promise(r => f.onload = r); window[0].localStorage.spy = 1",
}

IN_WORKERS = {
    "a worker of a blob": "new Worker(URL.createObjectURL(new Blob([CODE])))",
    "a worker of a blob that is revoked at once": "const u = URL.createObjectURL(new Blob([CODE])); new Worker(u); URL.revokeObjectURL(u)",
    "a module worker of a blob": "new Worker(URL.createObjectURL(new Blob([CODE], { type: 'text/javascript' })), { type: 'module' })",
    "a shared worker of a blob": "new SharedWorker(URL.createObjectURL(new Blob([CODE])))",
    "a worker of a blob made in a frame": f"{FRAME} document.body.append(f); new window[0].Worker(window[0].URL.createObjectURL(new Blob([CODE])))",
    "a worker in a worker": "new Worker(URL.createObjectURL(new Blob([`new Worker(URL.createObjectURL(new Blob([${JSON.stringify(CODE)}])))`])))",
}
WORKER_CODE = {
    "a database": "indexedDB.open('spy')",
    "a cache": "caches.open('spy').catch(() => 0)",
    "a private file": "navigator.storage.getDirectory().then(d => d.getFileHandle('spy', { create: true })).catch(() => 0)",
}

IN_MARKUP = {
    "a srcdoc in the page": "<iframe srcdoc='<script>localStorage.spy = 1</script>'></iframe>",
    "a srcdoc in the page, then a script": "<iframe srcdoc='x'></iframe><script>window[0].localStorage.spy = 1</script>",
    "an empty frame in the page, then a script": "<iframe></iframe><script>window[0].localStorage.spy = 1</script>",
    "a frame written by document.write": "<script>document.write('<iframe></iframe>'); window[0].localStorage.spy = 1</script>",
    "a frame written in pieces": "<script>document.write('<ifr'); document.write('ame></iframe>'); window[0].localStorage.spy = 1</script>",
}


class Profile:
    """A browser profile in which every case has a name of its own, and a page past the guard that sees them all."""

    def __init__(self, browser: Browser, site: Playground, *, guarded: bool) -> None:
        self.site, self.guarded = site, guarded
        self.context = browser.new_context()
        self.witness = site.witness(self.context)

    def run(self, script: str, body: str, name: str) -> Page:
        page = self.site.page(self.context, guarded=self.guarded, body=body.replace("spy", name), purging=False)
        page.evaluate(f"async () => {{ {script.replace('spy', name)} }}")
        return page

    def has(self, page: Page, name: str) -> bool:
        return name in self.site.stored(self.context, page, self.witness)


@pytest.fixture(scope="module")
def site() -> Iterator[Playground]:
    with playground() as running:
        yield running


@pytest.fixture(scope="module")
def profiles(browser: Browser, site: Playground) -> Iterator[tuple[Profile, Profile]]:
    both = Profile(browser, site, guarded=False), Profile(browser, site, guarded=True)
    yield both
    for profile in both:
        profile.context.close()


def leaks(profile: Profile, page: Page, name: str) -> bool:
    for _ in range(60):
        if profile.has(page, name):
            return True
        page.wait_for_timeout(50)
    return False


def holds(profiles: tuple[Profile, Profile], script: str, body: str = "<p>x</p>") -> None:
    bare, guarded = profiles
    name = f"spy{zlib.crc32((script + body).encode())}"
    page = bare.run(script, body, name)
    assert leaks(bare, page, name), "the bare page must leak, or the case shows nothing"
    page.close()
    page = guarded.run(script, body, name)
    page.wait_for_timeout(150)
    assert not guarded.has(page, name)
    page.close()


@pytest.mark.parametrize("script", IN_PAGE.values(), ids=IN_PAGE)
def test_a_held_name_is_not_written_in_the_page(profiles: tuple[Profile, Profile], script: str) -> None:
    holds(profiles, script)


@pytest.mark.parametrize("script", IN_REALMS.values(), ids=IN_REALMS)
def test_a_held_name_is_not_written_in_another_realm(profiles: tuple[Profile, Profile], script: str) -> None:
    holds(profiles, script)


@pytest.mark.parametrize("code", WORKER_CODE.values(), ids=WORKER_CODE)
@pytest.mark.parametrize("script", IN_WORKERS.values(), ids=IN_WORKERS)
def test_a_held_name_is_not_written_in_a_worker(profiles: tuple[Profile, Profile], script: str, code: str) -> None:
    holds(profiles, f"const CODE = {code!r}; {script}")


@pytest.mark.parametrize("body", IN_MARKUP.values(), ids=IN_MARKUP)
def test_a_held_name_is_not_written_by_the_pages_markup(profiles: tuple[Profile, Profile], body: str) -> None:
    holds(profiles, "", body)
