"""A declaration as plain values and as one exact string of bytes, so that it has a version and can be archived."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from bandeau.model import Cookie, Declaration, Placeholder, Purpose, Service, Site, StorageKey


def to_document(declaration: Declaration) -> dict[str, Any]:
    """Give a declaration as plain values in its own shape, with the catalogue resolved and defaults written out.

    ``from_document`` gives the same declaration back.
    """
    return {
        "site": _site(declaration.site),
        "purposes": {purpose.id: _purpose(purpose) for purpose in declaration.purposes},
        "services": {service.id: _service(service) for service in declaration.services},
    }


def canonical(declaration: Declaration) -> bytes:
    """Give the bytes that are hashed: the document as JSON in ASCII, keys sorted, no white space."""
    return json.dumps(to_document(declaration), sort_keys=True, separators=(",", ":")).encode("ascii")


def version(declaration: Declaration) -> str:
    """Give the version: the SHA-256 of the canonical bytes as 64 hexadecimal digits.

    Comments, white space and the order of tables and keys do not change it.
    """
    return hashlib.sha256(canonical(declaration)).hexdigest()


def _site(site: Site) -> dict[str, Any]:
    controller = site.controller
    return _without_gaps(
        {
            "name": site.name,
            "hosts": [str(host) for host in site.hosts],
            "languages": list(site.languages),
            "privacy_policy": site.privacy_policy,
            "choice_lifetime": site.choice_lifetime.text,
            "mode": site.mode.value,
            "texts": _without_gaps({language: dict(texts) for language, texts in site.texts.items()}),
            "controller": _without_gaps(
                {"name": controller.name, "address": controller.address, "contact": controller.contact}
            ),
        }
    )


def _purpose(purpose: Purpose) -> dict[str, Any]:
    return _without_gaps(
        {
            "exempt": None if purpose.exempt is None else purpose.exempt.value,
            "label": dict(purpose.label),
            "description": dict(purpose.description),
        }
    )


def _service(service: Service) -> dict[str, Any]:
    return _without_gaps(
        {
            "name": service.name,
            "recipient": service.recipient,
            "purposes": list(service.purposes),
            "profiling": service.profiling,
            "personal_data": [category.value for category in service.personal_data],
            "countries": list(service.countries),
            "hosts": [str(host) for host in service.hosts],
            "cookies": [_tracker(cookie) for cookie in service.cookies],
            "storage": [_tracker(key) for key in service.storage],
            "description": dict(service.description),
            "privacy_policy": service.privacy_policy,
            "placeholder": _placeholder(service.placeholder),
        }
    )


def _tracker(tracker: Cookie | StorageKey) -> dict[str, Any]:
    return _without_gaps(
        {
            "name": tracker.name.text,
            "lifetime": tracker.lifetime.text,
            "host": tracker.host if isinstance(tracker, Cookie) else None,
            "description": dict(tracker.description),
        }
    )


def _placeholder(placeholder: Placeholder | None) -> bool | dict[str, Any] | None:
    if placeholder is None or not placeholder.shown:
        return None if placeholder is None else False
    held = {"within": placeholder.within, "text": dict(placeholder.text), "picture": placeholder.picture}
    return _without_gaps(held) or True


def _without_gaps(table: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is not said, so that a key added to the format changes no older version."""
    return {key: value for key, value in table.items() if value not in (None, {}, [])}
