/**
 * The settings over the page: the page of the settings itself, in the frame of a modal dialog. No style of the site's
 * reaches either. What is saved there leads the whole window on, and back, as it does without a script.
 */
import { address, here, PARTS } from "./common";

const PANEL = "bandeau-panel";
/** The colours that a site may have set for its pages, and not for ours. */
const COLOURS = ["ink", "paper", "soft", "quiet", "line", "yes", "no"].map((name) => "--bandeau-" + name);
const STYLE = `
:host{all:initial!important;display:block!important}
dialog{--ink:var(--bandeau-ink,#1b1d21);--paper:var(--bandeau-paper,#fff);--line:var(--bandeau-line,#d5d5cf);
color-scheme:light;box-sizing:border-box;flex-direction:column;width:52rem;height:min(60rem,100% - 3rem);
max-width:none;max-height:none;margin:auto;padding:0;overflow:hidden;overscroll-behavior:contain;
border:1px solid var(--line);border-radius:.75rem;background:var(--paper);color:var(--ink);
font:600 .9375rem/1.2 system-ui,sans-serif}
dialog[open]{display:flex}
dialog::backdrop{background:#0009}
dialog:focus{outline:0}
button{align-self:flex-end;min-width:2.75rem;min-height:2.75rem;margin:.25rem .25rem 0;padding:0 .75rem;border:0;
border-radius:.5rem;background:none;color:inherit;font:inherit;text-decoration:underline;cursor:pointer}
button:focus-visible{outline:3px solid;outline-offset:-3px}
iframe{flex:1;width:100%;border:0}
[aria-busy] *{visibility:hidden}
@media(max-width:55rem){dialog{width:100%;height:100%;border:0;border-radius:0}}
@media(prefers-color-scheme:dark){dialog{--ink:var(--bandeau-ink,#ecebe6);--paper:var(--bandeau-paper,#17181b);
--line:var(--bandeau-line,#43464d);color-scheme:dark}}
@media(prefers-reduced-motion:no-preference){dialog{animation:rise .15s}}
@keyframes rise{from{opacity:0;transform:translateY(1rem)}}`;

/**
 * Show the settings, and tell once they are there; `false` where they cannot be shown here: on our own pages, or where
 * the site's policy forbids the frame. `keepPlace` is for before the window is led on.
 */
export async function showSettings(keepPlace: () => void, opener?: HTMLElement): Promise<boolean> {
  const part = document.querySelector<HTMLElement>(PARTS);
  if (!part) return false;
  if (document.getElementById(PANEL)) return true;
  if (!document.dispatchEvent(new CustomEvent("bandeau:settings", { cancelable: true }))) return true;
  const [dialog, close, frame] = panel(part);
  return new Promise((tell) => {
    frame.onload = () => {
      if (settle(dialog, close, frame, part, keepPlace)) return tell(true);
      tell(false);
      dialog.close();
    };
    close.onclick = () => dialog.close();
    dialog.onclose = () => {
      (dialog.getRootNode() as ShadowRoot).host.remove();
      opener?.focus?.();
      tell(true);
    };
    frame.src = address("settings");
    dialog.append(close, frame);
    dialog.showModal();
    dialog.focus();
    if (!dialog.offsetWidth) frame.onload!(new Event("load"));
  });
}

/** The dialog, in the page but not open, its button and its frame. */
function panel(part: HTMLElement): [HTMLDialogElement, HTMLButtonElement, HTMLIFrameElement] {
  const host = document.createElement("div");
  host.id = PANEL;
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  const dialog = document.createElement("dialog");
  dialog.tabIndex = -1;
  dialog.setAttribute("aria-busy", "true");
  dialog.setAttribute("aria-label", part.getAttribute("aria-label")!);
  root.append(dialog);
  document.body.append(host);
  return [dialog, document.createElement("button"), document.createElement("iframe")];
}

/** Make the page in the frame a part of the dialog, if it is ours: its words are the dialog's too. */
function settle(
  dialog: HTMLDialogElement,
  close: HTMLButtonElement,
  frame: HTMLIFrameElement,
  part: HTMLElement,
  keepPlace: () => void,
): boolean {
  const page = frame.contentDocument;
  const form = page?.getElementById("bandeau-settings");
  if (!page || !form) return false;
  const { documentElement: root, head } = page;
  const base = page.createElement("base");
  base.target = "_top";
  head.append(base);
  const style = getComputedStyle(part);
  for (const name of COLOURS) root.style.setProperty(name, style.getPropertyValue(name));
  root.style.overscrollBehavior = "contain";
  frame.title = page.querySelector("h1")!.textContent!;
  close.textContent = form.dataset.close!;
  dialog.lang = root.lang;
  dialog.dir = root.dir;
  dialog.setAttribute("aria-label", frame.title);
  dialog.removeAttribute("aria-busy");
  hear(frame.contentWindow!, () => dialog.close(), keepPlace);
  return true;
}

/** What the reader does in the frame: going back is closing, everything else that leads on keeps the page's place. */
function hear(inside: Window, close: () => void, keepPlace: () => void): void {
  inside.addEventListener("submit", () => keepPlace(), true);
  inside.addEventListener("keydown", (event) => event.key === "Escape" && close());
  inside.addEventListener(
    "click",
    (event) => {
      const link = (event.target as Element).closest("a");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (link.pathname + link.search !== here()) return keepPlace();
      event.preventDefault();
      close();
    },
    true,
  );
}
