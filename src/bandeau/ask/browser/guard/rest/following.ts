/** A window that is sent on has a new realm, which nobody is told of before it has loaded. */
import { apply, type Hook, type Realm } from "../hook";
import { given } from "./given";

const { scheduler } = self as any;

/** Does something before any other task. */
export const soon = (act: () => void): void => {
  if (scheduler) scheduler.postTask(act, { priority: "user-blocking" });
  else setTimeout(act);
};

/** Enters the next page of a window as the last one ends. */
export const follow = (realm: Realm): void =>
  realm.addEventListener("pagehide", () => soon(() => given.enter(realm)));

/** The first page of a window that script opened takes the place of an empty one, without a word. */
export const guardOpening = (hook: Hook): void => {
  hook("HTMLIFrameElement HTMLObjectElement HTMLEmbedElement", "getSVGDocument", (native, self, args) => {
    const found = apply(native, self, args);
    given.enter(found);
    return found;
  });
  hook("", "open", (native, self, args) => {
    const opened = apply(native, self, args);
    const timer = setInterval(() => (opened?.closed === false ? given.enter(opened) : clearInterval(timer)), 50);
    return opened;
  });
};
