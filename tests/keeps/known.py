"""What is known not to work yet as it does without Bandeau, by its case, and why."""

from __future__ import annotations

_NAME = "the guard judges a name before the browser has judged the call"
_HINT = "the guard drops hints from markup that script writes, with a look at the text only"

BROKEN: dict[str, str] = {
    "native: illegal invocation throws": _NAME,
    "native: too few arguments": _NAME,
    "native: errors of promises": _NAME,
    "native: wrong arguments": _NAME,
    "native: arguments are turned into text once": "the guard reads markup once more than the browser",
    "native: constructors of instances": "the two names of RTCPeerConnection are replaced apart",
    "native: links in markup by script": _HINT,
    "native: text that looks like a hint": _HINT,
    "native: an own hint in markup by script": _HINT,
    "keys an event of a cleared storage": "the guard clears key by key, so that held ones stay until they are purged",
    "worker of a strict script": "a blob cannot be read in time to see whether it is strict",
    "vault: iterators of a folder": "the guard's own iterator stands for the browser's",
    "policy: nothing but": "the site lets no style sheet in at all, and the browser says so of the notice's",
}
"""Held by strict xfail: who mends one takes its line out."""

SOMETIMES: dict[str, str] = dict.fromkeys(
    ("frame that is sandboxed", "frame that is sandboxed, of a page", "policy with a sandbox"),
    "once chosen, a promise of the guard fails unheard in a frame without an origin, before or after the case has told",
)
"""What shows by chance of time: no strict xfail."""
