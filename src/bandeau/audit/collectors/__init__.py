"""What is collected on a page, one class for each kind of fact. base.py says how a collector lives."""

from __future__ import annotations

from bandeau.audit.collectors.base import Collector
from bandeau.audit.collectors.contacts import Contacts
from bandeau.audit.collectors.cookies import CookieReads, HeaderCookies, ScriptCookies
from bandeau.audit.collectors.links import Links
from bandeau.audit.collectors.probes import Probes
from bandeau.audit.collectors.requests import Requests
from bandeau.audit.collectors.signals import Signals
from bandeau.audit.collectors.sockets import SocketCookies
from bandeau.audit.collectors.storage import Storage
from bandeau.audit.collectors.workers import Workers

COLLECTORS: tuple[type[Collector], ...] = (
    Requests,
    HeaderCookies,
    SocketCookies,
    ScriptCookies,
    CookieReads,
    Storage,
    Contacts,
    Probes,
    Signals,
    Links,
    Workers,
)
"""Every collector of a visit."""
