"""The rules about what is set, read, sent and contacted without consent, and about what hides it."""

from __future__ import annotations

from bandeau.audit.finding import Severity
from bandeau.audit.inspect.rules import sources as by
from bandeau.audit.inspect.rules.rule import Rule

_ERROR, _WARNING, _NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE
_HOLD = "hold the tag that does it until consent is given, or take it out of the page"
_SERVER = "let the server set it only once consent is given"
_TELL = "say what it is for: declare it with its purpose, or take it out"


def _set(code: str, thing: str, change: str = _HOLD) -> Rule:
    sentence = "{subject} was set {when}: {why}"
    return Rule(
        code, _ERROR, f"{thing} set without consent", sentence, change, (by.EPRIVACY, by.CNIL_SILENCE, by.SHEIN)
    )


def _read(code: str, thing: str) -> Rule:
    sentence = "{subject} was read {when}: {why}"
    return Rule(code, _ERROR, f"{thing} read without consent", sentence, _HOLD, (by.EPRIVACY, by.SCOPE, by.SHEIN))


def _contact(code: str, thing: str, severity: Severity = _ERROR) -> Rule:
    sentence = "{subject} was contacted {when}: {why}"
    return Rule(code, severity, f"{thing} without consent", sentence, _HOLD, (by.EPRIVACY, by.SCOPE))


SETTING = (
    _set("A101", "A cookie (by an answer's header)", _SERVER),
    _set("A102", "A cookie (by script)"),
    _set("A103", "A cookie that scripts cannot see (HttpOnly)", _SERVER),
    _set("A104", "An entry of localStorage"),
    _set("A105", "An entry of sessionStorage"),
    _set("A106", "A database (IndexedDB)"),
    _set("A107", "A cache (Cache Storage)"),
    _set("A108", "A file (origin private file system)"),
    _set("A109", "A service worker"),
    Rule(
        "A110",
        _WARNING,
        "A cookie of unknown purpose that tells visitors apart",
        "{subject} was set {when}, and nobody said what for: {why}",
        _TELL,
        (by.EPRIVACY, by.CNIL_EXEMPT),
    ),
    Rule(
        "A111",
        _WARNING,
        "Something stored, of unknown purpose, that tells visitors apart",
        "{subject} was set {when}, and nobody said what for: {why}",
        _TELL,
        (by.EPRIVACY, by.SCOPE),
    ),
    Rule(
        "A112",
        _NOTE,
        "A cookie attempted without consent, which the browser did not let through",
        "somebody tried to set {subject} {when}, and this browser refused; others may not: {why}",
        _HOLD,
        (by.EPRIVACY,),
    ),
)

READING = (
    _read("A201", "A cookie"),
    _read("A202", "An entry of localStorage"),
    _read("A203", "An entry of sessionStorage"),
    _read("A204", "A database (IndexedDB)"),
    _read("A205", "A cache (Cache Storage)"),
    _read("A206", "A file (origin private file system)"),
)

SENDING = (
    Rule(
        "A301",
        _ERROR,
        "A cookie sent to the site without consent",
        "{subject} went out with requests to the site {when}: {why}",
        "delete it where consent is missing, at the server too",
        (by.EPRIVACY, by.SHEIN),
    ),
    Rule(
        "A302",
        _ERROR,
        "A cookie sent to somebody else without consent",
        "{subject} went out with requests {when}: {why}",
        _HOLD,
        (by.EPRIVACY, by.SCOPE, by.SHEIN),
    ),
)

CONTACTING = (
    _contact("A401", "A service contacted by a request"),
    _contact("A402", "A service contacted by a picture (tracking pixel)"),
    _contact("A403", "A service contacted by a beacon or ping"),
    _contact("A404", "A service contacted by a WebSocket or WebTransport"),
    _contact("A405", "A service contacted by WebRTC"),
    _contact("A406", "A service contacted by a hint (preconnect, dns-prefetch, preload)"),
    _contact("A407", "An embed of a service"),
    Rule(
        "A408",
        _NOTE,
        "A third party gets the visitor's address for a font, a map or the like",
        "{subject} was contacted {when}: {why}",
        "serve it from the site itself, or ask first",
        (by.GDPR_TRANSFER,),
    ),
    Rule(
        "A409",
        _WARNING,
        "What looks like a tracking pixel of an unknown third party",
        "{subject} was contacted {when}: {why}",
        _TELL,
        (by.EPRIVACY, by.SCOPE),
    ),
    Rule(
        "A410",
        _WARNING,
        "A beacon to an unknown third party",
        "{subject} was contacted {when}: {why}",
        _TELL,
        (by.EPRIVACY, by.SCOPE),
    ),
    Rule(
        "A411",
        _WARNING,
        "WebRTC to an unknown third party",
        "{subject} was contacted {when}: {why}",
        _TELL,
        (by.EPRIVACY, by.SCOPE),
    ),
    Rule(
        "A412",
        _WARNING,
        "A third party that a filter list calls tracking",
        "{subject} was contacted {when}: {why}",
        _TELL,
        (by.EPRIVACY, by.SCOPE),
    ),
)

HIDING = (
    Rule(
        "A501",
        _ERROR,
        "A page that is reached through a tracker (bounce tracking)",
        "{subject} stood between two pages of the site {when}: {why}",
        "link to the page itself, without the detour",
        (by.EPRIVACY, by.SCOPE),
    ),
    Rule(
        "A502",
        _ERROR,
        "A tracker under a name of the site (CNAME cloaking)",
        "{subject} was contacted {when}: {why}",
        "hold it as what it is: name the host in the service's `hosts`, more precisely than the site's own",
        (by.EPRIVACY, by.SCOPE),
    ),
    Rule(
        "A503",
        _WARNING,
        "A link that carries an identifier to another site",
        "{subject} was decorated {when}: {why}",
        "leave the parameters out of the link until consent is given",
        (by.EPRIVACY, by.SCOPE),
    ),
    Rule(
        "A504",
        _ERROR,
        "An identifier handed to another party",
        "{subject} {when}: {why}",
        _HOLD,
        (by.EPRIVACY, by.SCOPE),
    ),
    Rule(
        "A505",
        _ERROR,
        "Fingerprinting by a service without consent",
        "{subject} {when}: {why}",
        _HOLD,
        (by.EPRIVACY, by.SCOPE),
    ),
    Rule(
        "A506",
        _WARNING,
        "A script that asks for several things that tell browsers apart",
        "{subject} {when}: {why}",
        _TELL,
        (by.EPRIVACY, by.SCOPE),
    ),
)

_LEFT = "expire it at the withdrawal, on every path and domain that holds it"
STAYING = (
    Rule(
        "A601",
        _ERROR,
        "Something kept after consent was withdrawn",
        "{subject} still lay on the terminal {when}: {why}",
        _LEFT,
        (by.GDPR_WITHDRAW, by.EPRIVACY),
    ),
    Rule(
        "A602",
        _ERROR,
        "A cookie still sent after consent was withdrawn",
        "{subject} still went out with requests {when}: {why}",
        _LEFT,
        (by.GDPR_WITHDRAW, by.EPRIVACY, by.VANITY_FAIR),
    ),
    Rule(
        "A603",
        _ERROR,
        "Something still read after consent was withdrawn",
        "{subject} was still read {when}: {why}",
        _LEFT,
        (by.GDPR_WITHDRAW, by.EPRIVACY, by.VANITY_FAIR),
    ),
    Rule(
        "A604",
        _WARNING,
        "Something of unknown purpose that came with acceptance and stays after withdrawal",
        "{subject} still lay on the terminal {when}: {why}",
        _LEFT,
        (by.GDPR_WITHDRAW, by.EPRIVACY),
    ),
)
