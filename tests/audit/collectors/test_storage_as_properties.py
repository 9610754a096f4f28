"""Storage used as properties is seen, and a page cannot tell: all that it asks of its storage answers as before."""

# ruff: noqa: E501 (a row of a table is one line)

from __future__ import annotations

import json
from urllib.parse import unquote

import pytest
from playwright.sync_api import Playwright

from bandeau.audit.facts import Area, Request, Storing
from bandeau.audit.recording import Stay
from support.browser import launched
from support.seeing import Eyes, of
from support.stage import Stage

pytestmark = pytest.mark.browser

THERE = "localStorage.setItem('there', '1');"


@pytest.mark.parametrize(
    ("script", "area", "op", "key", "got"),
    [
        ("localStorage.there", Area.LOCAL, "get", "there", True),
        ("localStorage['there']", Area.LOCAL, "get", "there", True),
        ("localStorage.gone", Area.LOCAL, "get", "gone", False),
        ("'there' in localStorage", Area.LOCAL, "get", "there", True),
        ("({...localStorage})", Area.LOCAL, "get", "there", True),
        ("Object.entries(localStorage)", Area.LOCAL, "get", "there", True),
        ("JSON.stringify(localStorage)", Area.LOCAL, "get", "there", True),
        ("Object.keys(localStorage)", Area.LOCAL, "list", "", True),
        ("for (const name in localStorage) {}", Area.LOCAL, "list", "", True),
        ("localStorage.made = 'x'", Area.LOCAL, "set", "made", True),
        ("sessionStorage['made'] = 'x'", Area.SESSION, "set", "made", True),
        ("sessionStorage.made = 'x'; window.saw = sessionStorage.made", Area.SESSION, "get", "made", True),
        ("const f = document.createElement('iframe'); document.body.append(f); frames[0].localStorage.there",
         Area.LOCAL, "get", "there", True),
    ],
)  # fmt: skip
def test_a_use_as_a_property_is_seen_with_the_line_that_did_it(
    audit_eyes: Eyes, sites: Stage, script: str, area: Area, op: str, key: str, got: bool
) -> None:
    sites.put("site", "/use.js", script)
    page = f"<body><script>{THERE}</script><script src=/use.js></script>"
    stay = audit_eyes.before(sites.put("site", "/", page))
    (fact,) = of(stay, Storing, area=area, op=op, key=key)
    assert fact.got is got
    assert fact.by.stack[0].url == sites.url("site", "/use.js")


def test_what_a_page_writes_as_a_property_is_told_once_with_its_value(audit_eyes: Eyes, sites: Stage) -> None:
    stay = audit_eyes.before(sites.put("site", "/", "<script>localStorage.theme = 'dark'</script>"))
    assert [(fact.op, fact.key, fact.value) for fact in of(stay, Storing)] == [("set", "theme", "dark")]


# What a page may ask of its storage; each is an expression, and gives the same watched or not.
QUESTIONS = [
    "localStorage === localStorage",
    "localStorage === window['localStorage'] && localStorage !== sessionStorage",
    "localStorage instanceof Storage && localStorage instanceof Object",
    "Object.prototype.toString.call(localStorage)",
    "String(localStorage)",
    "localStorage.constructor === Storage",
    "Object.getPrototypeOf(localStorage) === Storage.prototype",
    "Reflect.getPrototypeOf(sessionStorage) === Storage.prototype",
    "localStorage.__proto__ === Storage.prototype",
    "Object.prototype.__lookupGetter__('__proto__').call(localStorage) === Storage.prototype",
    "Object.getPrototypeOf(new Proxy(localStorage, {})) === Storage.prototype",
    "Object.getPrototypeOf(Storage.prototype) === Object.prototype",
    "Storage.prototype.isPrototypeOf(localStorage)",
    "Object.keys(localStorage)",
    "Object.getOwnPropertyNames(localStorage)",
    "Reflect.ownKeys(localStorage)",
    "Object.entries(localStorage)",
    "Object.getOwnPropertyDescriptors(localStorage)",
    "Object.getOwnPropertyDescriptor(localStorage, 'a')",
    "JSON.stringify(localStorage)",
    "({...localStorage})",
    "Object.assign({}, localStorage)",
    "(() => { const names = []; for (const name in localStorage) names.push(name); return names })()",
    "[localStorage.a, localStorage['b c'], localStorage.gone, localStorage[0], localStorage.toString === Object.prototype.toString]",
    "[localStorage.getItem('a'), localStorage.length, localStorage.key(0) !== null]",
    "['a' in localStorage, 'gone' in localStorage, 'getItem' in localStorage, '0' in localStorage, Symbol.iterator in localStorage]",
    "[localStorage.hasOwnProperty('a'), Object.hasOwn(localStorage, 'gone'), localStorage.propertyIsEnumerable('a')]",
    "[localStorage.new1 = 7, localStorage.new1, typeof localStorage.new1, localStorage.getItem('new1')]",
    "[delete localStorage.new1, localStorage.new1, delete localStorage.gone]",
    "[localStorage.getItem = 'shadow', typeof localStorage.getItem, Storage.prototype.getItem.call(localStorage, 'getItem')]",
    "[localStorage.removeItem('getItem'), Object.keys(localStorage)]",
    "(() => { 'use strict'; localStorage[5] = 'five'; return [localStorage[5], localStorage['5'], localStorage.getItem('5')] })()",
    "(() => { const s = Symbol(); localStorage[s] = 1; return [localStorage[s], Object.keys(localStorage).length] })()",
    "(() => { const below = Object.create(localStorage); below.own = 1; return [below.a, below.own, localStorage.own, 'a' in below] })()",
    "(() => { Storage.prototype.extra = function () { return this.a }; const got = localStorage.extra(); delete Storage.prototype.extra; return [got, localStorage.extra] })()",
    "(() => { let n = 0; for (let i = 0; i < 20000; i += 1) { localStorage.a === 'one' && (n += 1); 'a' in localStorage && (n += 1) } return n })()",
    "(() => { try { Storage.prototype.getItem.call({}, 'a') } catch (error) { return [error.name, error.message] } })()",
    "(() => { try { localStorage.getItem() } catch (error) { return [error.name, error.message] } })()",
    "(() => { try { localStorage.a = Symbol() } catch (error) { return error.name } })()",
    "(() => { try { structuredClone(localStorage) } catch (error) { return error.name } })()",
    "(() => { try { localStorage.big = 'x'.repeat(2 ** 24) } catch (error) { return [error.name, error.code, error instanceof DOMException] } })()",
    "new StorageEvent('storage', { storageArea: localStorage, key: 'k' }).storageArea === localStorage",
    "(() => { const event = new StorageEvent('s', { key: 'k' }); return [event.storageArea, event.key, event instanceof StorageEvent, event.constructor === StorageEvent, Object.getPrototypeOf(event) === StorageEvent.prototype] })()",
    "(() => { class Mine extends StorageEvent {} const mine = new Mine('s', { storageArea: sessionStorage }); return [mine instanceof Mine, mine.storageArea === sessionStorage] })()",
    "(() => { const event = new StorageEvent('s'); event.initStorageEvent('t', false, false, 'k', null, null, '', localStorage); return [event.type, event.storageArea === localStorage] })()",
    "(() => { try { new StorageEvent('s', { storageArea: {} }) } catch (error) { return [error.name, error.message] } })()",
    "(() => { try { StorageEvent('s') } catch (error) { return [error.name, error.message] } })()",
    "[StorageEvent.name, StorageEvent.length, StorageEvent.toString(), Object.getOwnPropertyNames(StorageEvent).sort(), typeof StorageEvent]",
    "Object.getOwnPropertyDescriptor(window, 'localStorage').get.toString()",
    "['get', 'set', 'enumerable', 'configurable'].map(name => typeof Object.getOwnPropertyDescriptor(window, 'localStorage')[name])",
    "Object.entries(Object.getOwnPropertyDescriptors(Storage.prototype)).map(([name, own]) => [name, own.enumerable, own.configurable, String(own.get ?? own.value), (own.get ?? own.value).name])",
    "(() => { const storage = document.defaultView.localStorage; storage.via = 1; return [storage === localStorage, localStorage.getItem('via'), Object.getOwnPropertyDescriptor(Storage.prototype, 'length').get.call(storage)] })()",
    "Object.defineProperty(localStorage, 'defined', { value: 'd', configurable: true, enumerable: true, writable: true }) === localStorage && localStorage.getItem('defined')",
    "(() => { Object.defineProperty(Storage.prototype, 'me', { get() { return this }, configurable: true }); const same = localStorage.me === localStorage; delete Storage.prototype.me; return same })()",
    "Object.isExtensible(localStorage) && !Object.isFrozen(localStorage)",
    "(() => { const f = document.createElement('iframe'); document.body.append(f); const other = f.contentWindow; return [other.localStorage === localStorage, other.localStorage.a, other.Storage.prototype.getItem.call(localStorage, 'a'), other.Object.keys(localStorage)] })()",
    "(() => { const real = localStorage; Object.setPrototypeOf(real, Storage.prototype); return [real.a, Object.getPrototypeOf(real) === Storage.prototype] })()",
]  # fmt: skip

ASKING = """<body><script>
localStorage.setItem("a", "one"); localStorage.setItem("b c", "two"); sessionStorage.setItem("s", "three");
const answers = [];
for (const question of QUESTIONS) {
  let answer;
  try { answer = (0, eval)(question) } catch (error) { answer = `threw ${error}` }
  answers.push(JSON.stringify(answer, (_, value) => value === undefined ? "(undefined)" : value));
}
answers.forEach((answer, number) => fetch(`/answer?${number}=${encodeURIComponent(answer)}`));
window.answers = answers;
</script>"""


def answers(stay: Stay) -> list[str]:
    told = [fact.url.partition("/answer?")[2].partition("=") for fact in of(stay, Request) if "/answer?" in fact.url]
    return [unquote(answer) for _, _, answer in sorted(told, key=lambda one: int(one[0]))]


def test_a_page_cannot_tell_its_storage_from_the_browsers_own(
    audit_eyes: Eyes, sites: Stage, playwright: Playwright
) -> None:
    sites.put("site", "/answer", "")
    url = sites.put("site", "/", ASKING.replace("QUESTIONS", json.dumps(QUESTIONS)))
    with launched(playwright) as plain:
        page = plain.new_page()
        page.goto(url)
        expected = page.evaluate("answers")
    watched = answers(audit_eyes.before(url))
    assert dict(zip(QUESTIONS, watched, strict=True)) == dict(zip(QUESTIONS, expected, strict=True))
