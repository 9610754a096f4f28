"""« Paramétrer vos choix »: a switch for each purpose and each service, and a band that says what it means.

``bandeau.decide.settle`` reads the switches: one that was moved counts, a service that was not follows its purposes.
The style sheet shows the same without a script: it tells moved switches by ``:checked`` against ``[checked]``.
"""

from __future__ import annotations

from collections.abc import Iterable

from bandeau.ask.document import document
from bandeau.ask.facts import facts
from bandeau.ask.markup import Html, html, tag
from bandeau.ask.view import View, button, local
from bandeau.ask.words import words as words_of
from bandeau.model import Purpose, Service


def settings_page(view: View, saved: bool = False) -> str:  # noqa: FBT001, FBT002 - reads as settings_page(view, saved)
    """The page on which a visitor sets each purpose and service; ``saved`` says that it has just been done."""
    words = view.words
    site = view.declaration.site
    intro = words["settings.intro"].format(lifetime=words.lifetime(site.choice_lifetime))
    return document(
        words,
        words["actions.settings"],
        tag("p", words["settings.saved"], role="status", class_="bandeau-saved") if saved else None,
        tag("p", intro),
        tag("p", words["banner.signal"]) if view.policy.signal else None,
        _form(view),
        _exempt(view),
        links(view, "policy", "my-choices"),
        site=site.name,
        prefix=view.prefix,
    )


def links(view: View, *names: str) -> Html:
    """The foot of our own pages: the other pages, the publisher's own policy, other languages, the way back."""
    words = view.words
    privacy = view.declaration.site.privacy_policy
    others = (code for code in view.declaration.site.languages if words_of(code).language != words.language)
    return tag(
        "nav",
        (tag("a", words.label(f"links.{name}", words["actions.settings"]), href=view.page(name)) for name in names),
        tag("a", words["links.privacy"], href=privacy) if privacy else None,
        (
            tag("a", words_of(code).name, href=view.own("settings", back=local(view.back), lang=code), lang=code)
            for code in others
        ),
        tag("a", words["links.back"], href=local(view.back)),
    )


def _form(view: View) -> Html:
    words = view.words
    on_purposes = [purpose.id for purpose in view.declaration.asked_purposes if purpose.id in view.choice.purposes]
    on_services = [service.id for service in view.declaration.asked if service.id in view.choice.services]
    return tag(
        "form",
        view.hidden(),
        tag("input", type="hidden", name="was-purpose", value=" ".join(on_purposes)),
        tag("input", type="hidden", name="was-service", value=" ".join(on_services)),
        (_purpose(view, purpose) for purpose in view.declaration.asked_purposes),
        tag(
            "p",
            button(words["actions.save"], "custom"),
            button(words["actions.accept-all"], "accept-all"),
            button(words["actions.refuse-all"], "refuse-all"),
            class_="bandeau-save",
        ),
        method="post",
        action=view.own("choice"),
        id="bandeau-settings",
        data_close=words["actions.close"],
    )


def _homed(view: View, purpose: Purpose) -> tuple[Service, ...]:
    """The asked services whose first asked purpose this is: each has one switch, in one place."""
    asked = [each.id for each in view.declaration.asked_purposes]
    return tuple(
        service
        for service in view.declaration.asked
        if next(each for each in asked if each in service.purposes) == purpose.id
    )


def _purpose(view: View, purpose: Purpose) -> Html:
    services = view.declaration.of_purpose(purpose.id)
    homed = _homed(view, purpose)
    profiling = any(service.profiling for service in services)
    elsewhere = [service.name for service in services if service not in homed]
    return tag(
        "fieldset",
        _switch("purpose", purpose.id, view.label(purpose), on=purpose.id in view.choice.purposes),
        tag("p", view.about(purpose)),
        _band(view, profiling=profiling, mixed=True),
        tag("ul", (_service(view, service) for service in homed), class_="bandeau-services") if homed else None,
        tag("p", f"{view.words['settings.elsewhere']} {view.words.listing(elsewhere)}") if elsewhere else None,
        aria_label=view.label(purpose),
    )


def _service(view: View, service: Service) -> Html:
    asked = [purpose.id for purpose in view.purposes_of(service) if not purpose.exempt]
    about = view.said(service.description)
    return tag(
        "li",
        _switch("service", service.id, service.name, on=service.id in view.choice.services),
        tag("p", about) if about else None,
        _band(view, profiling=service.profiling, follows=len(asked) > 1),
        _details(view, service),
        data_purposes=" ".join(asked) if len(asked) > 1 else None,
    )


def _details(view: View, service: Service) -> Html:
    return tag("details", tag("summary", view.words["settings.details"]), facts(view, service))


def _switch(kind: str, name: str, label: str, *, on: bool) -> Html:
    """A checkbox that looks like a switch, and its label: the band must be able to follow it as a sibling."""
    key = f"{kind}-{name}"
    box = tag("input", type="checkbox", role="switch", name=kind, value=name, id=key, checked=on)
    return html(box, tag("label", label, for_=key))


def _band(view: View, *, profiling: bool, mixed: bool = False, follows: bool = False) -> Html:
    """Both facets, setting and profiling, each with every word it may need; the style sheet shows one of them."""
    states = ["yes", "no", *(["some"] if mixed else []), *(["follows"] if follows else [])]
    profiles = _facet(view, "profiles", states) if profiling else _fixed(view, "profiles", "no", "never")
    return tag("p", _facet(view, "deposit", states), profiles, class_="bandeau-band")


def _facet(view: View, facet: str, states: Iterable[str]) -> Html:
    return tag(
        "span",
        view.words[f"settings.{facet}"],
        (tag("b", view.words[f"settings.{facet}-{state}"], class_=f"bandeau-{state}") for state in states),
    )


def _fixed(view: View, facet: str, colour: str, state: str) -> Html:
    """A facet that no switch changes, green for "yes" or red for "no"."""
    word = tag("b", view.words[f"settings.{facet}-{state}"], class_=f"bandeau-{colour}")
    return tag("span", view.words[f"settings.{facet}"], word, class_="bandeau-on" if colour == "yes" else "bandeau-off")


def _exempt(view: View) -> Html | None:
    """The purposes that need no consent: always active, no switch."""
    declaration = view.declaration
    purposes = [purpose for purpose in declaration.purposes if purpose.exempt]
    if not purposes:
        return None
    words = view.words
    band = tag(
        "p",
        _fixed(view, "deposit", "yes", "always"),
        _fixed(view, "profiles", "no", "never"),
        class_="bandeau-band",
    )
    return html(
        tag("h2", words["settings.exempt"]),
        tag("p", words["settings.exempt-intro"]),
        (
            tag(
                "section",
                tag("h3", view.label(purpose)),
                tag("p", view.about(purpose)),
                band,
                tag(
                    "ul",
                    (
                        tag("li", tag("b", service.name), _details(view, service))
                        for service in declaration.of_purpose(purpose.id)
                        if declaration.exempt(service)
                    ),
                    class_="bandeau-services",
                ),
            )
            for purpose in purposes
        ),
    )
