"""Pages with notices of every build, written for these tests. Each tells ``window.told`` what was answered."""

from __future__ import annotations

ABOUT = "Nous et nos partenaires déposons des cookies pour mesurer l’audience et afficher de la publicité."
BODY = '<!DOCTYPE html><html lang="{language}"><title>Gazette</title><body><h1>La Gazette</h1><p>{story}</p>{notice}'
STORY = "Le port se réveille dans la brume. " * 30
BAR = "position:fixed;left:0;right:0;bottom:0;background:#fff;padding:1em;z-index:99"


def page(notice: str, language: str = "fr") -> str:
    return BODY.format(language=language, story=STORY, notice=notice)


def buttons(remove: str = "bar", accept: str = "Tout accepter", refuse: str = "Tout refuser") -> str:
    yes = f"<button onclick=\"window.told='accepted';{remove}.remove()\">{accept}</button>"
    no = f"<button onclick=\"window.told='refused';{remove}.remove()\">{refuse}</button>"
    return yes + no


def shadow(mode: str) -> str:
    return page(
        f"""<x-shell id="bar"></x-shell><script>
        const root = bar.attachShadow({{mode: "{mode}"}});
        root.innerHTML = `<div style="{BAR}"><p>{ABOUT}</p><button>Tout accepter</button><button>Tout refuser</button>
        </div>`;
        const [yes, no] = root.querySelectorAll("button");
        yes.onclick = () => {{ window.told = "accepted"; bar.remove(); }};
        no.onclick = () => {{ window.told = "refused"; bar.remove(); }};
        </script>"""
    )


NOTICES = {
    "/plain": page(f'<div id="bar" style="{BAR}"><p>{ABOUT}</p>{buttons()}</div>'),
    "/dialog": page(
        f'<dialog id="bar"><p>{ABOUT}</p>{buttons()}</dialog><script>bar.showModal()</script>',
    ),
    "/shadow": shadow("open"),
    "/closed-shadow": shadow("closed"),
}
