"""An outside helper, where somebody installed it: the npm package ``@duckduckgo/autoconsent`` answers more notices.

Nothing of it is in Bandeau. Its script runs in a world of its own in each document, which the page neither sees nor
reaches, and its messages are fetched from there. What its rules ask of the page's own world is asked there, and a yes
or no is all that comes back. Its protocol: https://github.com/duckduckgo/autoconsent/blob/main/docs/api.md
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec

from bandeau.audit.visit.answering import POLL
from bandeau.audit.visit.documents import Document, Documents, Lost, ask
from bandeau.errors import SetupError

NAME = "@duckduckgo/autoconsent"
FOUND = 4.0
"""Seconds that the helper has to find a notice, on a page that has loaded."""

ANSWERED = 15.0
"""Seconds that it has to find one and to answer it."""

_CONFIG = {  # who only hides a notice, or guesses by its words, answers nothing
    "enabled": True,
    "autoAction": None,
    "enablePrehide": False,
    "enableCosmeticRules": False,
    "heuristicMode": "off",
    "detectRetries": 1,
    "logs": {"errors": False},
}
# The window's own names come before those of elements: none of the page's, whatever it is called, is met instead.
_OPEN = """function() {
  const said = [];
  globalThis.bandeauSaid = said;
  globalThis.autoconsentReceiveMessage = null;
  globalThis.autoconsentSendMessage = async ({ type, id, code, cmp, result, state }) => {
    const texts = Object.entries({ type, id, code, cmp: String(cmp).slice(0, 100), life: state?.lifecycle });
    const short = texts.map(([name, text]) => [name, String(text ?? "").slice(0, 20_000)]);
    if (said.length < 500) said.push({ ...Object.fromEntries(short), result: result === true });
  };
}"""
_SAID = "function() { return Array.isArray(globalThis.bandeauSaid) ? globalThis.bandeauSaid.splice(0, 50) : null }"
_TELL = "function(message) { globalThis.autoconsentReceiveMessage(message)?.catch(() => {}) }"


@dataclass(frozen=True, slots=True)
class Package:
    """The package as it is installed; by ``version`` two of them are told apart."""

    folder: Path
    version: str

    @classmethod
    def read(cls, folder: Path) -> Package:
        """Look whether a folder is the package.

        Raises:
            SetupError: it is not, or something of it is missing.
        """
        try:
            told = msgspec.json.decode((folder / "package.json").read_bytes())
            if not isinstance(told, dict) or told.get("name") != NAME:
                raise ValueError("its package.json names another")
            package = cls(folder, str(told.get("version", "")))
            if "autoconsentReceiveMessage" not in package.script() or not package.rules():
                raise ValueError("it is of an age that the audit does not know")
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise SetupError(
                f"{folder}: this is not the npm package {NAME} ({error}): install it with npm install {NAME}, "
                f"and name its folder, node_modules/{NAME}."
            ) from error
        return package

    def script(self) -> str:
        """What it runs in a document."""
        return (self.folder / "dist" / "autoconsent.playwright.js").read_text("utf-8")

    def rules(self) -> list[dict[str, Any]]:
        """Its rules about single managers and sites, but for those that only hide a notice."""
        told = msgspec.json.decode((self.folder / "rules" / "rules.json").read_bytes())
        return [rule for rule in told["autoconsent"] if rule["name"] and not rule.get("cosmetic")]


@dataclass
class Course:
    """One look at a page with the helper, and its answer where ``act`` names one: ``optOut`` or ``optIn``.

    ``rule`` is the one that found the notice, ``asked`` the frames that were told to answer, ``acted`` when (in seconds
    since 1970); ``over`` says whether it came to an end by itself, ``failed`` that the answer did.
    """

    documents: Documents
    script: str
    rules: list[dict[str, Any]]
    act: str = ""
    rule: str = ""
    acted: float = 0.0
    over: bool = False
    failed: bool = False
    asked: set[str] = field(default_factory=set)
    lives: dict[str, str] = field(default_factory=dict)  # how far each frame's search has come
    world: str = field(default_factory=lambda: f"bandeau-{uuid4().hex}")  # each look begins in a world that is empty

    async def go(self) -> None:
        """Look, and answer, until that is over or its time is."""
        within = ANSWERED if self.act else FOUND
        end = time.monotonic() + within  # a wait that ends in the same moment may swallow what the timeout throws
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                while not self.over and time.monotonic() < end:
                    await self._sweep()
                    await asyncio.sleep(POLL)

    async def _sweep(self) -> None:
        try:
            found = await self.documents.all()
        except Lost:
            found = []
        for number, document in enumerate(found):
            with suppress(Lost):
                await self._serve(document, top=number == 0)
        # An answer may take its frame with it before it is told: what is asked next is whether a notice still shows.
        gone = self.asked - {document.frame for document in found}
        searched = set(self.lives.values()) == {"nothingDetected"}
        self.over = self.over or bool(gone) or searched or bool(self.rule and not self.act)

    async def _serve(self, document: Document, *, top: bool) -> None:
        world = await ask(document.session, "Page.createIsolatedWorld", frameId=document.frame, worldName=self.world)
        own = replace(document, context=world["executionContextId"])
        said = await own.run(_SAID)
        if said is None and document.frame in self.asked:
            self.over = True  # the page went on under the answer
        elif said is None:
            self.lives[document.frame] = ""
            await own.run(_OPEN)
            await own.evaluate(self.script)
        for one in said or ():
            await self._hear(own, one, top=top)

    async def _hear(self, world: Document, said: Mapping[str, Any], *, top: bool) -> None:
        match said["type"]:
            case "init":
                place, usual = ("main", True) if top else ("frame", False)
                rules = [rule for rule in self.rules if (rule.get("runContext") or {}).get(place, usual)]
                await world.run(_TELL, {"type": "initResp", "config": _CONFIG, "rules": {"autoconsent": rules}})
            case "eval":
                result = await _of_the_page(world, said["code"])
                await world.run(_TELL, {"type": "evalResp", "id": said["id"], "result": result})
            case "report":
                self.lives[world.frame] = said["life"]
            case "popupFound" if world.frame not in self.asked:
                self.rule = self.rule or said["cmp"]
                await self._answer(world, said["cmp"])
            case "optOutResult" | "optInResult" if not said["result"]:
                self.over = self.failed = True
            case "autoconsentDone":
                self.over = True

    async def _answer(self, world: Document, name: str) -> None:
        if not self.act:
            return
        rule = next((rule for rule in self.rules if rule["name"] == name), None)  # some are written in its script
        if rule is not None and not _answers(rule.get(self.act)):
            self.over = self.failed = True
            return
        self.asked.add(world.frame)
        self.acted = self.acted or time.time()
        await world.run(_TELL, {"type": self.act})


def _answers(steps: Any) -> bool:
    """Whether steps answer a notice: there are some, and none takes it from sight instead."""
    return bool(steps) and "hide" not in _names(steps)


def _names(steps: Any) -> Iterator[str]:
    if isinstance(steps, dict):
        yield from steps
    for one in steps.values() if isinstance(steps, dict) else steps if isinstance(steps, list) else ():
        yield from _names(one)


async def _of_the_page(world: Document, code: str) -> bool:
    """Run what a rule asks of the page's own world, which the document's node leads to."""
    session = world.session
    document = await ask(session, "Runtime.evaluate", expression="document", contextId=world.context)
    node = await ask(session, "DOM.describeNode", objectId=document["result"]["objectId"])
    there = await ask(session, "DOM.resolveNode", backendNodeId=node["node"]["backendNodeId"])
    answer = await ask(
        session,
        "Runtime.callFunctionOn",
        functionDeclaration=f"async function() {{ return !!(await {code}) }}",
        objectId=there["object"]["objectId"],
        returnByValue=True,
        awaitPromise=True,
    )
    return answer["result"].get("value") is True
