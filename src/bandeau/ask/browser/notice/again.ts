/**
 * Sending a form again by itself that could not be recorded: a few times, at growing distances, each told beforehand
 * and each to be stopped. Whatever the reader does instead stops it too.
 */

/** Seconds before each further attempt; after the last one only the reader tries again. */
const WAITS = [5, 10, 20, 40];

/** How often each button has been pressed by this script. */
const tries = new WeakMap<HTMLElement, number>();

let stop = (): void => {};

/** Press the button again after a while, saying so after `place` in the words of the form `words`. */
export function pressAgain(button: HTMLButtonElement, place: Element, words: DOMStringMap, tried = tries.get(button) || 0): void {
  stop();
  if (tried >= WAITS.length) return;
  let left = WAITS[tried]!;
  const page = button.ownerDocument;
  const told = page.createElement("p");
  const text = page.createElement("span");
  const halt = page.createElement("button");
  halt.type = "button";
  halt.className = "bandeau-button bandeau-stop";
  halt.textContent = words.stop!;
  halt.onclick = () => stop();
  told.append(text, " ", halt);
  place.after(told);
  const say = (): void => void (text.textContent = words.waiting!.replace("{seconds}", `${left}`));
  const timer = setInterval(() => {
    left -= 1;
    if (left > 0) return say();
    stop();
    if (!button.isConnected) return;
    tries.set(button, tried + 1);
    button.click();
  }, 1000);
  stop = () => {
    clearInterval(timer);
    told.remove();
  };
  for (const window of [self, page.defaultView!]) window.addEventListener("submit", () => stop(), { capture: true, once: true });
  say();
}

/** On the page that says that nothing was recorded the form counts by itself: each attempt is a page of its own. */
export function repeatForm(form: HTMLFormElement): void {
  const count = form.elements.namedItem("tries") as HTMLInputElement | null;
  const tried = Number(count?.value) || 0;
  const next = count || form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name: "tries" }));
  next.value = `${tried + 1}`;
  pressAgain(form.querySelector("button")!, form, form.dataset, tried);
}
