/** Every window of the same origin that this page makes or reaches gets the same hooks, before it can be used. */
import { apply, changed, hooker, type Around, type Hook, type Realm } from "./hook";
import { guardCookies } from "./cookies";
import { guardNetwork, HINTS, still, stillMarkup, unlessHint } from "./network";
import { source } from "./rules";
import { guardStorage } from "./storage";
import { guardVaults } from "./vaults";
import { guardWorkers } from "./workers";

const FRAMES = "iframe,object";
const seen = new WeakSet<object>();
const fresh = (object: object): unknown => !seen.has(object) && seen.add(object);

/** The elements of a kind that a node is or has below it. */
const inside = (node: any, selector: string): any[] =>
  node?.querySelectorAll ? [...(node.matches?.(selector) ? [node] : []), ...node.querySelectorAll(selector)] : [];

const insert =
  (realm: Realm, markup?: boolean): Around =>
  (native, self, args) => {
    const frames = args.flatMap((node: unknown) => inside(node, FRAMES));
    for (const node of args) inside(node, HINTS).forEach(still);
    const result = apply(native, self, markup ? args.map(stillMarkup) : args);
    if (markup && /<(i?frame|obj|emb)/i.test(args.join())) {
      frames.push(...inside(self, FRAMES));
      enterChildren(realm);
    }
    // Reading a frame's window goes through our own getter, which enters it.
    for (const frame of frames) frame.contentWindow;
    return result;
  };

const guardInsertion = (hook: Hook, realm: Realm): void => {
  hook(
    "Node Element CharacterData DocumentFragment Document Range",
    "appendChild insertBefore replaceChild append prepend replaceChildren replaceWith before after " +
      "insertAdjacentElement moveBefore insertNode surroundContents",
    insert(realm),
  );
  hook("Element ShadowRoot Document", "insertAdjacentHTML setHTMLUnsafe write writeln execCommand", insert(realm, true));
  hook("Element ShadowRoot", "innerHTML outerHTML", insert(realm, true), true);
};

const guardReach = (hook: Hook): void => {
  const entered = changed((found) => {
    enter(found);
    return found;
  });
  hook("HTMLIFrameElement HTMLObjectElement", "contentWindow contentDocument getSVGDocument", entered);
  hook("", "open", entered);
  hook(
    "HTMLIFrameElement",
    "srcdoc",
    (native, self, [text]) => apply(native, self, [`<script>${source()}</script>${text}`]),
    true,
  );
  hook("Element", "setAttribute setAttributeNS", (native, self, args) => {
    if (self.localName == "iframe" && /^srcdoc$/i.test(args[0])) self.srcdoc = args[1];
    else unlessHint(native, self, args);
  });
};

const watch = (realm: Realm): void => {
  let frames = 0;
  // A frame's new page may bring a new realm: its own window tells when it has loaded.
  realm.document.addEventListener("load", () => enterChildren(realm), true);
  // The parser inserts without any call: this runs before the next script does.
  new MutationObserver(() => {
    if (frames != (frames = realm.length)) enterChildren(realm);
  }).observe(realm.document, { childList: true, subtree: true });
};

const enterChildren = (realm: Realm): void => {
  for (let index = 0; index < realm.length; index++) enter(realm[index]);
};

/** Hooks a window, a document's window or a worker scope once, and what is below it. */
export const enter = (reached: Realm): void => {
  try {
    // Throws where there is none, or one of another origin, which is none of ours.
    const realm = reached.defaultView || reached;
    const { document } = realm;
    if (fresh(realm.Object)) {
      const hook = hooker(realm);
      guardCookies(hook);
      guardStorage(hook, realm);
      guardVaults(hook, realm);
      guardNetwork(hook, realm);
      guardWorkers(hook, realm);
      guardInsertion(hook, realm);
      guardReach(hook);
    }
    if (document) {
      if (fresh(document)) watch(realm);
      enterChildren(realm);
    }
  } catch {
    // Nothing of ours may reach the site's own code as an error.
  }
};
