"""The rules about the declaration, held against what was seen; about signals, the choice's cookie and the run."""

from __future__ import annotations

from bandeau.audit.finding import Severity
from bandeau.audit.inspect.rules import sources as by
from bandeau.audit.inspect.rules.rule import Rule

_ERROR, _WARNING, _NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE
_ADD = "add it to the declaration, or take it out of the page"


def _undeclared(code: str, thing: str, severity: Severity = _ERROR) -> Rule:
    sentence = "{subject} is not declared, so nobody can have consented to it"
    return Rule(code, severity, f"{thing} that is not declared", sentence, _ADD, (by.GDPR_CONSENT, by.PLANET49))


RUN = (
    Rule("A001", _NOTE, "A page had trouble", "{why}", "look at the page, and audit it again", ()),
    Rule(
        "A002",
        _NOTE,
        "A state of consent had trouble",
        "the page {when}: {why}",
        "look at the page, or show the audit the way by selectors of your own",
        (),
    ),
    Rule(
        "A003",
        _WARNING,
        "Third-party cookies do not work in this browser",
        "this browser keeps no third-party cookies: what it finds is less than what other visitors get",
        "audit with a browser, or under a policy, that lets third-party cookies work",
        (),
    ),
    Rule(
        "A004",
        _WARNING,
        "Pings do not work in this browser",
        "this browser sends no pings: what it finds is less than what other visitors send",
        "audit with a browser, or under a policy, that sends them",
        (),
    ),
    Rule(
        "A005",
        _WARNING,
        "The browser's profile was not clean",
        "the profile held something before the first page: what is found may be of another visit",
        "audit with a profile of its own",
        (),
    ),
    Rule(
        "A006",
        _NOTE,
        "A page answered with an error",
        "{why}: what a visitor of the page gets was not seen",
        "correct the address, or the page",
        (),
    ),
)

DECLARED = (
    _undeclared("A701", "A cookie"),
    _undeclared("A702", "Something stored"),
    _undeclared("A703", "A host"),
    _undeclared("A704", "A host of the site's own", _WARNING),
    Rule(
        "A705",
        _NOTE,
        "A declared service that was never seen",
        "{subject} is declared and was seen on no page, not even after everything was accepted",
        "take it out of the declaration where the site no longer uses it",
        (by.GDPR_CONSENT,),
    ),
    Rule(
        "A706",
        _NOTE,
        "A declared tracker that was never seen",
        "{subject} is declared and was seen on no page, not even after everything was accepted",
        "take it out of the declaration where the service no longer uses it",
        (by.PLANET49,),
    ),
    Rule(
        "A707",
        _ERROR,
        "A tracker that lives longer than declared",
        "{subject} lives longer than declared: {why}",
        "shorten it, or declare the lifetime that it has",
        (by.PLANET49, by.GDPR_INFORM),
    ),
    Rule(
        "A708",
        _WARNING,
        "A tracker of exempt measurement that lives for more than 13 months",
        "{subject} measures the audience without consent, and lives too long for that: {why}",
        'shorten it to "13 months"',
        (by.CNIL_MEASURING, by.CNIL_AUDIENCE),
    ),
    Rule(
        "A709",
        _WARNING,
        "A tracker of exempt measurement that every visit prolongs",
        "{subject} measures the audience without consent, and a visit prolonged it: {why}",
        "keep the end that the first visit gave it",
        (by.CNIL_MEASURING, by.CNIL_AUDIENCE),
    ),
    Rule(
        "A710",
        _ERROR,
        "A tracker of another purpose than declared",
        "{subject} is declared as needing no consent, and does: {why}",
        "give the service a purpose that is asked about",
        (by.CNIL_EXEMPT, by.TASKFORCE),
    ),
    Rule(
        "A711",
        _WARNING,
        "A cookie on another host than declared",
        "{subject} is declared for another host: {why}",
        "correct the `host` of the cookie in the declaration",
        (by.PLANET49,),
    ),
)

SIGNALS = (
    Rule(
        "A901",
        _ERROR,
        "A TC string that consents without consent",
        "{subject} {when}: {why}",
        "let the consent manager write the string that was chosen",
        (by.TC_STRING, by.TCF),
    ),
    Rule(
        "A902",
        _WARNING,
        "A TC string that claims legitimate interest for what was refused",
        "{subject} {when}: {why}",
        "claim no legitimate interest for what needs consent",
        (by.TASKFORCE, by.TCF),
    ),
    Rule(
        "A903",
        _ERROR,
        "Consent Mode that grants without consent",
        "{subject} {when}: {why}",
        "let the default deny all four types, and update only to what was chosen",
        (by.CONSENT_MODE, by.EPRIVACY),
    ),
    Rule(
        "A904",
        _WARNING,
        "A GPP or US privacy string that tells of no opt-out after a refusal",
        "{subject} {when}: {why}",
        "let the string tell what was chosen",
        (by.GPP,),
    ),
    Rule(
        "A905",
        _WARNING,
        "Global Privacy Control sent and ignored",
        "the browser sent Sec-GPC: 1, and {subject} {when}: {why}",
        "take the signal as a refusal of advertising and of what profiles",
        (by.GPC,),
    ),
)

CHOICES = (
    Rule(
        "A951",
        _WARNING,
        "A choice kept for more than 13 months",
        "{subject} keeps the choice too long: {why}",
        'keep it for "6 months"',
        (by.CNIL_KEEPING, by.TCF),
    ),
    Rule(
        "A952",
        _NOTE,
        "A choice kept for more than 6 months",
        "{subject} keeps the choice longer than the regulator's good practice: {why}",
        'keep it for "6 months"',
        (by.CNIL_KEEPING,),
    ),
    Rule(
        "A953",
        _WARNING,
        "A refusal that is kept for another time than an acceptance",
        "{subject} keeps a refusal and an acceptance for different times: {why}",
        "keep both for the same time",
        (by.CNIL_KEEPING,),
    ),
)
