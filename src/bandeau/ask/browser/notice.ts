/**
 * What a script adds to a notice that works without one: choices are sent in the background, the reader keeps place
 * and typed text across the reload that follows, and the switches of the settings page move each other.
 *
 * `bandeau:choice` is dispatched on the document once a choice is stored; a site that applies it itself may cancel
 * the event, and with it the reload. Nothing can cancel the choice.
 */

import { here, PARTS, type Violation } from "./notice/common";

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

const isChecked = (field: Field): field is HTMLInputElement => /^(checkbox|radio)$/.test(field.type);

/** The page's own fields, each by a key that it will have again after the reload. */
function fields(): Map<string, Field> {
  const found = new Map<string, Field>();
  for (const field of document.querySelectorAll<Field>(FIELDS)) {
    let key = [field.tagName, field.type, field.id, field.name].join();
    while (found.has(key)) key += "+";
    found.set(key, field);
  }
  return found;
}

function keepPlace(focus = ""): void {
  const place: Place = { at: here(), x: scrollX, y: scrollY, focus, typed: {} };
  fields().forEach((field, key) => {
    const [now, first] = isChecked(field)
      ? [field.checked, field.defaultChecked]
      : [field.value, "defaultValue" in field ? field.defaultValue : null];
    if (now !== first) place.typed[key] = now;
  });
  store(PLACE, JSON.stringify(place));
}

function restorePlace(): void {
  const kept = recall(PLACE);
  const place = kept ? (JSON.parse(kept) as Place) : null;
  if (!place || place.at !== here()) return;
  sessionStorage.removeItem(PLACE);
  const found = fields();
  for (const key in place.typed) {
    const field = found.get(key);
    const value = place.typed[key];
    if (!field) continue;
    if (isChecked(field)) field.checked = value as boolean;
    else field.value = value as string;
  }
  const target = document.getElementById(place.focus) || document.querySelector<HTMLElement>("#bandeau-control a");
  if (target) {
    if (target.tabIndex < 0) target.tabIndex = -1;
    target.focus({ preventScroll: true });
  }
  scrollTo(place.x, place.y);
}

/** Storage may be refused by the browser: then the place is lost, nothing else. */
function store(key: string, value: string): void {
  try {
    sessionStorage.setItem(key, value);
  } catch {}
}

function recall(key: string): string | null {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Where a form goes. Not `form.action`, which is the button of that name. */
const goal = (form: HTMLFormElement): string => form.getAttribute("action")!;

async function send(form: HTMLFormElement, button: HTMLButtonElement): Promise<void> {
  const choice = new FormData(form);
  choice.set(button.name, button.value);
  choice.set("how", "script");
  let answer: Response;
  try {
    const body = new URLSearchParams(choice as unknown as Record<string, string>);
    answer = await fetch(goal(form), { method: "POST", body, redirect: "manual" });
  } catch {
    return submit(form, button);
  }
  if (answer.status === 503) return say(form, button);
  if (!answer.ok && answer.type !== "opaqueredirect") return submit(form, button);
  const detail = Object.fromEntries(choice);
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

/** Says that nothing was stored, where the reader clicked. */
function say(form: HTMLFormElement, button: HTMLButtonElement): void {
  const part = form.closest<HTMLElement>(PARTS)!;
  const message = document.createElement("p");
  message.setAttribute("role", "alert");
  message.className = "bandeau-failed";
  message.textContent = part.dataset.failed!;
  document.querySelector(".bandeau-failed")?.remove();
  (form.contains(button) ? part : button.parentElement!).prepend(message);
}

function onSubmit(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  const button = event.submitter as HTMLButtonElement | null;
  if (!goal(form)?.startsWith("/.bandeau/")) return;
  event.stopPropagation();
  if (/\/(choice|erase)$/.test(goal(form))) store(CHANGED, String(Date.now()));
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

/** What our policy, which is told by where it reports to, holds once the page is there, a script has put in. */
const meet = (held: Violation): unknown =>
  /bandeau/.test(held.originalPolicy) && late((script) => script.meet(held));

/** A script that exchanges the body must not take the notice along; not at once, lest the two of us chase each other. */
function stay(): void {
  let part = document.querySelector(PARTS);
  const look = (): void => {
    const now = document.querySelector(PARTS);
    if (!now) document.body.prepend(part!);
    part = now || part;
  };
  new MutationObserver(() => part?.isConnected === false && setTimeout(look)).observe(document, { childList: true, subtree: true });
}

/**
 * With the script every switch shows what it will do, so each one counts as moved: what was on is said to be exactly
 * what is off now.
 */
function meanWhatIsShown(form: HTMLFormElement): void {
  const off = switches(form, "service").filter((one) => !one.checked);
  (form.elements.namedItem("was-service") as HTMLInputElement).value = off.map((one) => one.value).join(" ");
}

function switches(form: HTMLFormElement, kind: string): HTMLInputElement[] {
  return [...form.querySelectorAll<HTMLInputElement>(`input[name=${kind}]`)];
}

/** The asked purposes of a service: its own list where there are several, else the one that it stands under. */
function purposesOf(service: HTMLInputElement): string[] {
  const several = service.closest("li")!.dataset.purposes;
  return several ? several.split(" ") : [service.closest("fieldset")!.querySelector("input")!.value];
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

/** Once for a document: a library that exchanges the body runs the script again. */
const ONCE = Symbol.for(CHANGED);

function start(): void {
  const settings = document.getElementById("bandeau-settings") as HTMLFormElement | null;
  if (settings) {
    follow(settings);
    settings.addEventListener("change", (event) => follow(settings, event.target as HTMLInputElement));
  }
  restorePlace();
  if (ONCE in document) return;
  Object.assign(document, { [ONCE]: 1 });
  const changed = recall(CHANGED);
  // Before any router of the site: our own forms and pages are not a part of its application.
  addEventListener("submit", onSubmit, true);
  addEventListener("click", onClick, true);
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

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
