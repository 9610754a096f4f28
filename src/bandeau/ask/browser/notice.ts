/**
 * What a script adds to a notice that works without one: choices are sent in the background, the reader keeps place
 * and typed text across the reload that follows, and the switches of the settings page move each other.
 *
 * `bandeau:choice` is dispatched on the document once a choice is stored; a site that applies it itself may cancel
 * the event, and with it the reload. Nothing can cancel the choice.
 */

import { HELD_FRAME, here, PARTS, type Violation } from "./notice/common";

/** The address of what is loaded only when it is needed; the build fills it in. */
declare const LATE: string;

const PLACE = "bandeau:place";
const CHANGED = "bandeau:changed";
/** Typed text that is kept across the reload: never secrets. */
const FIELDS =
  "input:not([type=password],[type=hidden],[type=file],[autocomplete^=cc-],[autocomplete=one-time-code]),textarea,select";

/** As far as it is needed; TypeScript's own library does not have it yet. */
declare const ReportingObserver: new (
  tell: (reports: { body: Violation }[]) => void,
  options: { buffered: boolean },
) => { observe(): void };

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
type Place = { at: string; x: number; y: number; focus: string; typed: Record<string, string | boolean> };

/** The property that holds what the reader entered. */
const entered = (field: Field): "value" => (/^(checkbox|radio)$/.test(field.type) ? ("checked" as "value") : "value");

/** The page's own fields, each by a key that it will have again after the reload. */
function fields(): Map<string, Field> {
  const found = new Map<string, Field>();
  for (const field of document.querySelectorAll<Field>(FIELDS)) {
    let key = [field.type, field.id, field.name].join();
    while (found.has(key)) key += "+";
    found.set(key, field);
  }
  return found;
}

function keepPlace(focus = ""): void {
  const place: Place = { at: here(), x: scrollX, y: scrollY, focus, typed: {} };
  fields().forEach((field, key) => {
    const now = field[entered(field)];
    const first = entered(field) === "value" ? "defaultValue" : "defaultChecked";
    if (now !== (field as HTMLInputElement)[first]) place.typed[key] = now;
  });
  store(PLACE, JSON.stringify(place));
}

function restorePlace(): void {
  const place = JSON.parse(recall(PLACE) || "{}") as Place;
  if (place.at !== here()) return;
  sessionStorage.removeItem(PLACE);
  const found = fields();
  for (const key in place.typed) {
    const field = found.get(key);
    if (field) field[entered(field)] = place.typed[key] as string;
  }
  const target = document.getElementById(place.focus) || document.querySelector<HTMLElement>("#bandeau-control a");
  if (target) {
    if (target.tabIndex < 0) target.tabIndex = -1;
    target.focus({ preventScroll: true });
  }
  scrollTo(place.x, place.y);
}

/** Storage may be refused by the browser: then the place is lost, nothing else. */
function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {}
}

const store = (key: string, value: string): void => attempt(() => sessionStorage.setItem(key, value));
const recall = (key: string): string | null | undefined => attempt(() => sessionStorage.getItem(key));

/** Where a form goes. Not `form.action`, which is the button of that name. */
const goal = (form: HTMLFormElement): string => form.getAttribute("action")!;

async function send(form: HTMLFormElement, button: HTMLButtonElement): Promise<void> {
  const body = new URLSearchParams(new FormData(form) as unknown as Record<string, string>);
  body.set(button.name, button.value);
  body.set("how", "script");
  const answer = await fetch(goal(form), { method: "POST", body, redirect: "manual" }).catch(() => ({}) as Response);
  if (answer.status === 503 && (await late((script) => script.sayFailed(button)))) return;
  if (answer.type !== "opaqueredirect") return submit(form, button);
  const detail = Object.fromEntries(body);
  if (!document.dispatchEvent(new CustomEvent("bandeau:choice", { cancelable: true, detail }))) return;
  if (button.name === "service" && (await late((script) => script.showInPlace(button)))) return;
  keepPlace(new URL(button.formAction).hash.slice(1));
  location.reload();
}

/** Asks the other script, which comes only now; nothing where it does not come. */
const late = <T>(ask: (script: typeof import("./late")) => T | Promise<T>): Promise<T | void> =>
  import(LATE).then(ask).catch(() => {});

/** The plain way, as if there were no script: later, because a form cannot be sent while it is being sent. */
function submit(form: HTMLFormElement, button: HTMLButtonElement): void {
  form.dataset.plain = "";
  setTimeout(() => button.click());
}

function onSubmit(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  const button = event.submitter as HTMLButtonElement | null;
  if (!goal(form)?.startsWith("/.bandeau/")) return;
  event.stopPropagation();
  if (/\/(choice|erase)$/.test(goal(form))) store(CHANGED, "" + Date.now());
  if (form.id === "bandeau-settings") return meanWhatIsShown(form);
  if (!form.closest(PARTS) || !button) return;
  if (!button.name) return keepPlace();
  if ("plain" in form.dataset) return;
  event.preventDefault();
  void send(form, button);
}

/** The way to our own pages keeps the place too: the reader comes back from them. */
function onClick(event: MouseEvent): void {
  if (!(event.target as Element).closest?.('a[href^="/.bandeau/"]')) return;
  event.stopPropagation();
  keepPlace();
}

/** What is pressed in the frame of a placeholder is heard as well. */
function hear(frame: Element): void {
  if (frame.matches(HELD_FRAME)) listen((frame as HTMLIFrameElement).contentWindow!);
}

/** Before any router of the site: our own forms and pages are not a part of its application. */
function listen(window: Window): void {
  window.addEventListener("submit", onSubmit, true);
  window.addEventListener("click", onClick, true);
}

/** What our policy, which is told by where it reports to, holds once the page is there, a script has put in. */
const meet = (held: Violation): unknown =>
  /bandeau/.test(held.originalPolicy) && late((script) => script.meet(held));

/**
 * A script that exchanges the body must not take the notice along; not at once, lest the two of us chase each other.
 * One that sends a frame elsewhere, where a placeholder is in it, has its way, as far as the policy lets it.
 */
function stay(): void {
  let part = document.querySelector(PARTS);
  const look = (): void => {
    const now = document.querySelector(PARTS);
    if (!now) document.body.prepend(part!);
    part = now || part;
  };
  new MutationObserver((records) => {
    for (const { target } of records) if ((target as Element).matches?.(HELD_FRAME)) (target as Element).removeAttribute("srcdoc");
    if (part?.isConnected === false) setTimeout(look);
  }).observe(document, { childList: true, subtree: true, attributeFilter: ["src"] });
}

/**
 * With the script every switch shows what it will do, so each one counts as moved: what was on is said to be exactly
 * what is off now.
 */
function meanWhatIsShown(form: HTMLFormElement): void {
  const off = switches(form, "service").filter((one) => !one.checked);
  form["was-service"].value = off.map((one) => one.value).join(" ");
}

function switches(form: HTMLFormElement, kind: string): HTMLInputElement[] {
  return [...form.querySelectorAll<HTMLInputElement>(`input[name=${kind}]`)];
}

/** The asked purposes of a service: its own list where there are several, else the one that it stands under. */
function purposesOf(service: HTMLInputElement): string[] {
  const several = service.closest("li")!.dataset.purposes;
  return (several || service.closest("fieldset")!.querySelector("input")!.value).split(" ");
}

/** Move the switches that hang on the one that moved, then let `[checked]` say what is shown. */
function follow(form: HTMLFormElement, moved?: HTMLInputElement): void {
  const purposes = switches(form, "purpose");
  const services = switches(form, "service");
  const on = (id: string): boolean => purposes.some((purpose) => purpose.value === id && purpose.checked);
  if (moved?.name === "purpose")
    for (const service of services)
      if (purposesOf(service).includes(moved.value)) service.checked = purposesOf(service).every(on);
  for (const purpose of purposes) {
    const own = services.filter((service) => purposesOf(service).includes(purpose.value));
    const allowed = own.filter((service) => service.checked).length;
    purpose.indeterminate = allowed > 0 && allowed < own.length;
    if (moved?.name === "service" && own.includes(moved)) purpose.checked = allowed === own.length;
  }
  if (moved) for (const one of [...purposes, ...services]) one.defaultChecked = one.checked;
}

/**
 * Above whatever the page lays on top, and at the window's edge where the page's body is transformed or filtered: in
 * the top layer, unless a dialog is open there, which would lie under a banner that cannot be used before it.
 */
function raise(): void {
  const banner = document.getElementById("bandeau-notice")!;
  if (document.querySelector(":modal")) return;
  banner.popover = "manual";
  banner.showPopover();
}

/** Once for a document: a library that exchanges the body runs the script again. */
const ONCE = Symbol.for(CHANGED) as unknown as "once";

function start(): void {
  const settings = document.getElementById("bandeau-settings") as HTMLFormElement | null;
  if (settings) {
    follow(settings);
    settings.addEventListener("change", (event) => follow(settings, event.target as HTMLInputElement));
  }
  restorePlace();
  const marked = document as { once?: boolean };
  if (marked[ONCE]) return;
  marked[ONCE] = true;
  const changed = recall(CHANGED);
  listen(self);
  attempt(raise); // where there is a banner, and a top layer
  document.addEventListener("load", (event) => hear(event.target as Element), true);
  document.querySelectorAll(HELD_FRAME).forEach(hear);
  addEventListener("securitypolicyviolation", meet);
  // It tells as well what was held before this script came, and of other things, which know no policy.
  if ("ReportingObserver" in self)
    new ReportingObserver((reports) => reports.forEach(({ body }) => meet(body)), { buffered: true }).observe();
  stay();
  // A page that the browser kept whole shows the choice as it was when the reader left it.
  addEventListener("pageshow", (event) => {
    if (event.persisted && recall(CHANGED) !== changed) location.reload();
  });
}

start();
