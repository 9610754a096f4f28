/** A window that is sent on has a new realm, which nobody is told of before it has loaded. */
import { apply, type Hook, type Realm } from "../hook";
import { given } from "./given";

/** Enters the next page of a window before any other task, as the last one ends. */
export const follow = (realm: Realm): void => {
  const enter = () => given.enter(realm);
  realm.addEventListener("pagehide", () => {
    const { scheduler } = self as any;
    scheduler ? scheduler.postTask(enter, { priority: "user-blocking" }) : setTimeout(enter);
  });
};

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
