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
  "input:not([type=password],[type=hidden],[type=file],[autocomplete^=cc-],[autocomplete^=one-]),textarea,select";

/** As far as it is needed; TypeScript's own library does not have it yet. */
declare const ReportingObserver: new (
  tell: (reports: { body: Violation }[]) => void,
  options: { buffered: boolean },
) => { observe(): void };

declare global {
  interface Document {
    [CHANGED]?: boolean;
  }
  interface Window {
    bandeau?: { settings: (opener?: HTMLElement) => Promise<void> };
  }
}

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
/** Where the page was, what was typed into it and what gets the focus. */
type Place = [at: string, x: number, y: number, typed: Record<string, string | boolean>, focus: string];

/** The property that holds what the reader entered. */
const entered = (field: Field): "value" => (/checkbox|radio/.test(field.type) ? ("checked" as "value") : "value");

/** The page's own fields, each by a key that it will have again after the reload. */
function fields(): Record<string, Field> {
  const found: Record<string, Field> = {};
  for (const field of document.querySelectorAll<Field>(FIELDS)) {
    let key = `${[field.type, field.id, field.name]}`;
    while (key in found) key += "+";
    found[key] = field;
  }
  return found;
}

function keepPlace(focus = ""): void {
  const typed: Place[3] = {};
  for (const [key, field] of Object.entries(fields())) {
    const now = field[entered(field)];
    const first = entered(field) == "value" ? "defaultValue" : "defaultChecked";
    if (now != (field as HTMLInputElement)[first]) typed[key] = now;
  }
  store(PLACE, JSON.stringify([here(), scrollX, scrollY, typed, focus] satisfies Place));
}

function restorePlace(): void {
  const [at, x, y, typed, focus] = JSON.parse(recall(PLACE) || "[]") as Place;
  if (at != here()) return;
  delete sessionStorage[PLACE];
  const found = fields();
  for (const key in typed) {
    const field = found[key];
    if (field) field[entered(field)] = typed[key] as string;
  }
  const target = document.getElementById(focus) || document.querySelector<HTMLElement>("#bandeau-control a");
  if (target) {
    if (target.tabIndex < 0) target.tabIndex = -1;
    target.focus();
  }
  scrollTo(x, y);
}

/** Storage may be refused by the browser: then the place is lost, nothing else. */
function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {}
}

const store = (key: string, value: unknown): void => attempt(() => void (sessionStorage[key] = value));
const recall = (key: string): string | undefined => attempt(() => sessionStorage[key]);

/** Where a form goes. Not `form.action`, which is the button of that name. */
const goal = (form: HTMLFormElement): string => form.getAttribute("action")!;

async function send(form: HTMLFormElement, button: HTMLButtonElement): Promise<void> {
  const body = new URLSearchParams(new FormData(form) as unknown as Record<string, string>);
  body.set(button.name, button.value);
  body.set("how", "script");
  const redirect = (form.dataset.redirect || "manual") as "manual";
  const answer = await fetch(goal(form), { method: "POST", body, redirect }).catch(() => ({ status: 1 }) as Response);
  if (answer.status == 503 && (await late((script) => script.sayFailed(button, answer)))) return;
  // A redirect has no status to tell, unless it was followed.
  if (answer.status && !answer.redirected) {
    // The plain way, as if there were no script: later, because a form cannot be sent while it is being sent.
    form.dataset.plain = "1";
    setTimeout(() => button.click());
    return;
  }
  const detail = Object.fromEntries(body);
  if (!document.dispatchEvent(new CustomEvent("bandeau:choice", { cancelable: true, detail }))) return;
  if (button.name == "service" && (await late((script) => script.showInPlace(button, answer.url)))) return;
  keepPlace(button.formAction.split("#")[1]);
  location.reload();
}

/** Asks the other script, which comes only now; nothing where it does not come. */
const late = <T>(ask: (script: typeof import("./late")) => T | Promise<T>): Promise<T | void> =>
  import(LATE).then(ask).catch(() => {});

function onSubmit(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  const button = event.submitter as HTMLButtonElement | null;
  if (!goal(form)?.startsWith("/.bandeau/")) return;
  event.stopPropagation();
  if (/\/(choice|erase)$/.test(goal(form))) store(CHANGED, Date.now());
  if (form == settings) return meanWhatIsShown(form);
  if (!form.closest(PARTS) || !button) return;
  if (form.dataset.plain) return;
  event.preventDefault();
  button.name ? send(form, button) : goToSettings(button);
}

/** The settings over the page; where that cannot be, the page of the settings, from which the reader comes back. */
async function goToSettings(opener?: HTMLElement): Promise<void> {
  if (await late((script) => script.showSettings(keepPlace, opener))) return;
  keepPlace();
  location.href = (opener as HTMLAnchorElement)?.href || "/.bandeau/settings?back=" + encodeURIComponent(here());
}

/** The way to our own pages keeps the place too: the reader comes back from them. */
function onClick(event: MouseEvent): void {
  const way = (event.target as Element).closest?.<HTMLElement>('a[href^="/.bandeau/"],[data-bandeau=settings]');
  if (!way) return;
  event.stopPropagation();
  if (event.ctrlKey || event.metaKey || event.shiftKey || !way.matches('[href*="/settings"],[data-bandeau]')) return keepPlace();
  event.preventDefault();
  goToSettings(way);
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
    if (part?.isConnected == false) setTimeout(look);
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

/** Whether a service has an asked purpose: in its own list where there are several, else it stands under it. */
function under(service: HTMLInputElement, purpose: HTMLInputElement): boolean {
  const several = service.closest("li")!.dataset.purposes;
  return several ? several.split(" ").includes(purpose.value) : service.closest("fieldset")!.contains(purpose);
}

/** Move the switches that hang on the one that moved, then let `[checked]` say what is shown. */
function follow(form: HTMLFormElement, moved?: HTMLInputElement): void {
  const purposes = switches(form, "purpose");
  const services = switches(form, "service");
  const on = (one: HTMLInputElement): boolean => one.checked;
  for (const service of services) {
    const own = purposes.filter((purpose) => under(service, purpose));
    if (own.includes(moved!)) service.checked = own.every(on);
  }
  for (const purpose of purposes) {
    const own = services.filter((service) => under(service, purpose));
    if (own.includes(moved!)) purpose.checked = own.every(on);
    purpose.indeterminate = own.some(on) && !own.every(on);
  }
  if (moved) for (const one of [...purposes, ...services]) one.defaultChecked = one.checked;
}

/**
 * Above whatever the page lays on top, and at the window's edge where the page's body is transformed or filtered: in
 * the top layer, unless a dialog is open there, which would lie under a banner that cannot be used before it. Nothing
 * where there is no banner, or no top layer.
 */
const raise = (): void =>
  attempt(() => {
    if (document.querySelector(":modal")) return;
    banner.popover = "manual";
    banner.showPopover();
  });

/**
 * Raises once the page is painted, which would wait for it otherwise; where that would be seen, because the banner is
 * not at the window's edge yet or something lies over it, as soon as the page is laid out.
 */
const raiseInTime = (): void =>
  new ResizeObserver(() =>
    attempt(() =>
      banner.contains(document.elementFromPoint(innerWidth / 2, innerHeight - 9))
        ? new PerformanceObserver(raise).observe({ type: "paint", buffered: true })
        : raise(),
    ),
  ).observe(banner);

/**
 * Long after the page is painted, as to read every property takes long: the three buttons are to look alike; where any
 * property differs, the other script says which. Raised by now in any case, also where the page has put something of
 * its own in the place of the observers.
 */
const lookAgain = (): void =>
  attempt(() => {
    raise();
    const looks = [...banner.querySelectorAll("button")].map((button) => {
      const style = getComputedStyle(button);
      return "" + [...style].map((name) => style[name as "color"]);
    });
    if (looks.some((look) => look != looks[0])) late(() => {});
  });

const banner = document.querySelector<HTMLElement>("#bandeau-notice")!;
const settings = document.querySelector<HTMLFormElement>("#bandeau-settings");
if (settings) {
  follow(settings);
  settings.addEventListener("change", (event) => follow(settings, event.target as HTMLInputElement));
}
restorePlace();

// Once for a document: a library that exchanges the body runs the script again.
if (!document[CHANGED]) {
  document[CHANGED] = true;
  const changed = recall(CHANGED);
  listen(self);
  attempt(raiseInTime); // where there is a banner
  document.addEventListener("load", (event) => hear(event.target as Element), true);
  document.querySelectorAll(HELD_FRAME).forEach(hear);
  addEventListener("securitypolicyviolation", meet);
  // It tells as well what was held before this script came, and of other things, which know no policy.
  attempt(() =>
    new ReportingObserver((reports) => reports.forEach(({ body }) => meet(body)), { buffered: true }).observe(),
  );
  stay();
  self.bandeau ||= { settings: goToSettings };
  addEventListener("load", () => setTimeout(lookAgain, 2000));
  // A page that the browser kept whole shows the choice as it was when the reader left it.
  addEventListener("pageshow", (event) => {
    if (event.persisted && recall(CHANGED) != changed) location.reload();
  });
}
