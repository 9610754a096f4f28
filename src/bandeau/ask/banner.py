"""What stands in the publisher's pages: the banner while there is a question to ask, else the small control."""

from __future__ import annotations

from bandeau.ask.markup import Html, fill, html, tag
from bandeau.ask.view import View, button
from bandeau.changes import Change, Lapse, Widening

ALLOW_FORM = "bandeau-allow"
"""The id of the form that placeholders' buttons belong to: they may stand inside a form of the page's own."""

ONCE_FORM = "bandeau-once"
"""The id of the form of the buttons that show one embed for this once."""


def banner(view: View) -> str:
    """The notice's first layer, the first thing in ``<body>``: the question and three buttons that are alike.

    A page carries the banner or the control, never both. Works without any script.
    """
    words = view.words
    text = tag(
        "div",
        tag("h2", words["banner.title"]),
        tag("p", _again(view, view.lapse)) if view.lapse else None,
        tag("p", words["banner.signal"]) if view.policy.signal else None,
        tag("div", (tag("p", sentence) for sentence in _sentences(view)), class_="bandeau-means"),
        class_="bandeau-text",
        tabindex="0",  # so that the keyboard can scroll it where the window is small
    )
    return str(
        tag(
            "section",
            text,
            _buttons(view),
            allow_form(view),
            id="bandeau-notice",
            role="region",
            aria_label=words["banner.label"],
            data_draws=view.drawing or None,
            **view.spoken,
        )
    )


def _again(view: View, lapse: Lapse) -> str:
    """Why the question comes back to somebody who has answered it."""
    if not lapse.changes:
        return view.words["banner.again.expired"]
    said = view.words.listing(_change(view, change) for change in lapse.changes)
    return view.words["banner.again.intro"].format(changes=said)


def _change(view: View, change: Change) -> str:
    named = "name" if change.kind is Widening.CONTROLLER else "service"
    return view.words[f"banner.again.{change.kind}"].format(**{named: change.name})


def _sentences(view: View) -> tuple[Html, Html, Html]:
    """What each of the three buttons means, in the buttons' order."""
    words = view.words
    comments = [" ", fill(words["banner.comments"], **view.comments_rule)] if view.commenting else None
    privacy = view.declaration.site.privacy_policy
    return (
        fill(
            words["banner.accept"],
            accept=tag("b", view.action("accept-all")),
            data=_data(view),
            who=_who(view),
            purposes=words.listing(words.mid_sentence(view.label(one)) for one in view.declaration.asked_purposes),
        ),
        html(fill(words["banner.refuse"], refuse=tag("b", view.action("refuse-all")), limits=_limits(view)), comments),
        html(
            fill(words["banner.settings"], settings=tag("b", view.action("settings"))),
            [" ", tag("a", words["links.privacy"], href=privacy), "."] if privacy else None,
        ),
    )


def _data(view: View) -> str:
    data = view.data(view.declaration.asked)
    return view.words["banner.data"].format(data=view.words.listing(data)) if data else ""


def _who(view: View) -> Html:
    """The controller by name, and how many others receive the data, with the way to the list of them."""
    controller = view.declaration.site.controller.name
    others = {service.recipient for service in view.declaration.asked} - {controller}
    if not others:
        return html(controller)
    count = tag("a", view.words.plural("banner.recipients", len(others)), href=view.page("settings"))
    return fill(view.words.listing(["{controller}", "{others}"]), controller=controller, others=count)


def _limits(view: View) -> str:
    """What refusing leaves, by the grounds that the declaration's exempt purposes stand on."""
    grounds = dict.fromkeys(purpose.exempt for purpose in view.declaration.purposes if purpose.exempt)
    return view.words.listing((view.words[f"limits.{ground}"] for ground in grounds), either=True)


def _buttons(view: View) -> Html:
    """One form, three equal columns; the third button only changes where the form goes."""
    actions = view.words
    return tag(
        "form",
        view.hidden(),
        button(actions["actions.accept-all"], "accept-all"),
        button(actions["actions.refuse-all"], "refuse-all"),
        tag(
            "button",
            actions["actions.settings"],
            class_="bandeau-button",
            formmethod="get",
            formaction=view.own("settings"),
        ),
        method="post",
        action=view.own("choice"),
    )


def allow_form(view: View, *, target: str | None = None) -> Html:
    """The form that placeholders' buttons belong to; nothing of it is seen."""
    return _unseen(view, ALLOW_FORM, "allow-service", target)


def once_form(view: View) -> Html:
    """The form of the button that shows an embed this time, in the embed's own frame only.

    What it is answered leads to the embed, so the script, where there is one, has to go along.
    """
    return _unseen(view, ONCE_FORM, "allow-once", "_self", data_redirect="follow")


def _unseen(view: View, name: str, action: str, target: str | None, **more: str) -> Html:
    fields = (view.hidden(), tag("input", type="hidden", name="action", value=action))
    place = view.own("choice")
    return tag("form", fields, id=name, method="post", action=place, target=target, hidden=True, **more)


_MARKS = {"all": "yes", "none": "no", "some": "some"}
"""How things stand, by the shape that the bands of the settings have for it."""


def control(view: View) -> str:
    """The permanent way back to the choices, on every page without the banner.

    Its mark says by shape and words how things stand. Where anything is allowed, refusing it all takes one click, as
    accepting did (GDPR, art. 7(3)).
    """
    words = view.words
    state = state_of(view)
    link = tag(
        "a",
        tag("span", title=words[f"control.{state}"], class_=f"bandeau-mark bandeau-{_MARKS[state]}"),
        words["actions.settings"],
        tag("span", f" ({words[f'control.{state}']})", class_="bandeau-unseen"),
        href=view.page("settings"),
    )
    refuse = tag(
        "form",
        view.hidden(),
        tag("button", words["actions.refuse-all"], name="action", value="refuse-all"),
        method="post",
        action=view.own("choice"),
    )
    return str(
        tag(
            "nav",
            link,
            None if state == "none" else refuse,
            allow_form(view),
            id="bandeau-control",
            aria_label=words["control.label"],
            data_saved=words["settings.saved"],
            data_draws=view.drawing or None,
            **view.spoken,
        )
    )


def state_of(view: View) -> str:
    """How the services that need consent stand: "all", "none" or "some" of them allowed."""
    allowed = [view.policy.services[service.id].allowed for service in view.declaration.asked]
    if not any(allowed):
        return "none"
    return "all" if all(allowed) else "some"
