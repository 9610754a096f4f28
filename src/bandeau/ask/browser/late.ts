/**
 * What a page needs only once something happens in it: an embed is allowed alone, a script puts in what is held, the
 * settings are asked for, or a style of the site's has changed the buttons of the banner.
 *
 * The page's own policy can only tighten. So an embed stands in a frame of Bandeau's own, whose answer carries the
 * policy of the choice as it is then: there it is shown if it is allowed, and its placeholder if not. The frame is the
 * page's own element, which so keeps its box, its attributes and whatever a library that made it knows of it.
 */
import { pressAgain, repeatForm } from "./notice/again";
import { compareButtons } from "./notice/compare";
import { address, HELD_FRAME, PARTS, PLACEHOLDER, type Violation } from "./notice/common";

export { showSettings } from "./notice/panel";

type Frame = HTMLIFrameElement | HTMLEmbedElement | HTMLObjectElement;

const FRAMES = "iframe,embed,object";
const isFrame = (node: Element | null): node is Frame => !!node?.matches(FRAMES);
const attribute = (frame: Frame): string => (frame.localName === "object" ? "data" : "src");

/** The document at an address. Not by innerHTML, which a site's own policy may forbid (Trusted Types). */
const read = (url: string): Promise<Document | null> =>
  new Promise((tell) => {
    const request = new XMLHttpRequest();
    request.open("GET", url);
    request.responseType = "document";
    request.onloadend = () => tell(request.status === 200 ? request.response : null);
    request.send();
  });

/** What the frame shows, if it is a document of ours; a site's own policy may forbid that too. */
const shown = (frame: Frame): DOMStringMap | undefined => {
  const body = "contentDocument" in frame ? frame.contentDocument?.body : null;
  return body?.matches(".bandeau-embed") ? body.dataset : undefined;
};

/** The placeholders of a service in the page, each with the frame that it stands for, if it is one: it may be itself. */
const places = (service: string): [HTMLElement, Frame | null][] =>
  [...document.querySelectorAll<HTMLElement>(PLACEHOLDER + "," + HELD_FRAME)]
    .filter((place) => (place.dataset.bandeau || place.querySelector("button")?.value) === service)
    .map((place) => {
      const next = place.matches(HELD_FRAME) ? place : place.nextElementSibling;
      return [place, isFrame(next) && next.matches("[data-bandeau-src],[data-bandeau-data]") ? next : null];
    });

/** Frames that show a placeholder. */
const waiting = new Set<Frame>();
/** Where the frames were sent. */
const met = new WeakMap<Frame, string>();

function put(frame: Frame, url: string): void {
  const allow = frame.localName === "iframe" ? (frame as HTMLIFrameElement) : null;
  const handed = (allow?.allow || "") + (allow?.allowFullscreen ? ";fullscreen" : "");
  lead(frame, address("embed", { url, allow: handed }));
}

/** Send a frame to an address of ours, and there again where a script of the page has moved it. */
function lead(frame: Frame, to: string): void {
  if (!met.has(frame)) frame.addEventListener("load", () => loaded(frame));
  met.set(frame, to);
  if (replace(frame)) return;
  frame.setAttribute(attribute(frame), met.get(frame)!);
  frame.removeAttribute("srcdoc");
}

/** Exchange what the page itself put into a frame without a step in the history, which belongs to the reader. */
function replace(frame: Frame): boolean {
  const own = "srcdoc" in frame && frame.contentDocument?.URL === "about:srcdoc" && shown(frame);
  if (own) frame.contentWindow!.location.replace(met.get(frame)!);
  return !!own;
}

/** A form in the frame may have allowed what it shows, or a script of the page put the frame elsewhere. */
function loaded(frame: Frame): void {
  const now = shown(frame);
  if (!now || replace(frame)) return;
  if ("once" in now) waiting.delete(frame);
  else if (!("allowed" in now)) waiting.add(frame);
  else if (waiting.delete(frame)) void follow(now.service!);
}

/** Show what a service has in the page, now that it is allowed, and the notice as it stands after that. */
async function follow(service: string): Promise<void> {
  for (const [place, frame] of places(service)) {
    if (!frame) continue;
    const held = `data-bandeau-${attribute(frame)}`;
    put(frame, new URL(frame.getAttribute(held)!, document.baseURI).href);
    frame.removeAttribute(held);
    delete frame.dataset.bandeau;
    if (place === frame) continue;
    frame.hidden = false;
    place.remove();
  }
  for (const frame of waiting)
    if (shown(frame)?.service === service) frame.setAttribute(attribute(frame), frame.getAttribute(attribute(frame))!);
  const old = document.querySelector(PARTS);
  const fresh = (await read(address("notice", {})))?.querySelector<HTMLElement>(PARTS);
  if (!old || !fresh) return;
  const part = document.importNode(fresh, true);
  const status = document.createElement("span");
  status.setAttribute("role", "status");
  status.className = "bandeau-unseen";
  part.append(status);
  old.replaceWith(part);
  // A live region is read out when it changes, not when it comes.
  setTimeout(() => (status.textContent = part.dataset.saved!), 100);
}

/**
 * Show in place what a button of a placeholder has allowed. Gives false where the page has to be loaded again: where
 * the service draws by script, or where the page's own policy does not let the frame in. `to` is where the answer
 * led, if the script went along.
 */
export async function showInPlace(button: HTMLButtonElement, to: string): Promise<boolean> {
  const held = places(button.value);
  const around = button.ownerDocument.defaultView!.frameElement;
  if (button.form!.dataset.redirect) return showOnce(around as Frame, to);
  const pressed = held.find(([place]) => place === around || place.contains(button))?.[1];
  // A sandbox is the placeholder's: that of the embed comes with the page.
  if (!pressed || !held.every(([, frame]) => frame && !frame.hasAttribute("sandbox"))) return false;
  if ("loading" in pressed) pressed.loading = "eager";
  const load = new Promise((done) => pressed.addEventListener("load", done, { once: true }));
  const followed = follow(button.value);
  pressed.focus({ preventScroll: true });
  await load;
  if (!("allowed" in (shown(pressed) || {}))) return false;
  if ("contentDocument" in pressed) pressed.title ||= pressed.contentDocument!.title;
  await followed;
  return true;
}

/** Show the one embed whose button was pressed, for this once, at the address that lets it be. */
function showOnce(frame: Frame, to: string): true {
  lead(frame, to);
  frame.removeAttribute("data-bandeau-src");
  delete frame.dataset.bandeau;
  frame.focus({ preventScroll: true });
  return true;
}

/** What is escaped in a text of ours. The browser's own parser is not for us where a policy asks for Trusted Types. */
const ESCAPED: Record<string, string> = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

/** Say that nothing was stored, where the reader clicked, in the words of the page that answered; false if it is not ours. */
export async function sayFailed(button: HTMLButtonElement, answer: Response): Promise<boolean> {
  const words = /"bandeau-page"><main><h1>.*?<p>(.*?)<\/p>/.exec(await answer.text())?.[1];
  if (!words) return false;
  const message = document.createElement("p");
  message.setAttribute("role", "alert");
  message.className = "bandeau-failed";
  message.textContent = words.replace(/&\w+;/g, (escape) => ESCAPED[escape]!);
  button.ownerDocument.querySelector(".bandeau-failed")?.remove();
  button.closest(PARTS + "," + PLACEHOLDER + ">span")!.prepend(message);
  void read(address("again")).then((page) => {
    const form = page?.querySelector<HTMLFormElement>(REPEATED);
    if (form && message.isConnected) pressAgain(button, message, form.dataset);
  });
  return true;
}

/** The form on our own page that says that nothing was stored. */
const REPEATED = ".bandeau-again";
const repeated = document.querySelector<HTMLFormElement>(REPEATED);
if (repeated) repeatForm(repeated);

/** Give what the page's policy has just held its placeholder, or its place, if it was allowed since the page came. */
export function meet({ effectiveDirective: kind, disposition, blockedURI, blockedURL }: Violation): void {
  const url = blockedURI || blockedURL || "";
  if (disposition !== "enforce" || !/^http/.test(url)) return;
  const { origin, hostname } = new URL(url);
  if (/^script/.test(kind) && drawing(hostname)) void drawInside(url);
  if (!/^(frame|object)/.test(kind) || origin === location.origin) return;
  for (const frame of document.querySelectorAll<Frame>(FRAMES)) {
    const source = "data" in frame ? frame.data : frame.src;
    // Of a frame no more than its origin is told. What nobody sees nobody misses.
    if (originOf(source) === origin && Math.min(frame.offsetWidth, frame.offsetHeight) >= 8) put(frame, source);
  }
}

function originOf(url: string): string | undefined {
  try {
    return new URL(url).origin;
  } catch {}
}

/** Whether a service draws by scripts of that host what the reader would miss. */
const drawing = (hostname: string): boolean =>
  (document.querySelector<HTMLElement>(PARTS)?.dataset.draws || "?")
    .split(" ")
    .some((name) => `.${hostname}`.endsWith(`.${name}`));

/** What a script would have drawn has its placeholder in the element that is named for it, else before the script. */
async function drawInside(url: string): Promise<void> {
  const page = await read(address("embed", { url, tag: "script" }));
  const drawn = page?.querySelector(PLACEHOLDER);
  if (!drawn || document.getElementById(drawn.id)) return;
  const placeholder = document.importNode(drawn, true);
  const { within } = page!.body.dataset;
  if (within) return document.getElementById(within)?.prepend(placeholder);
  const script = [...document.scripts].find((one) => one.src === url && one.closest("body > *") !== one);
  script?.before(placeholder);
}

if (document.readyState === "complete") compareButtons();
else addEventListener("load", compareButtons);
