/** Every window of the same origin that this page makes or reaches gets the same hooks, before it can be used. */
import { apply, hooker, type Around, type Hook, type Realm } from "./hook";
import { guardCookies } from "./cookies";
import { guardNetwork, HINTS, still, stillMarkup } from "./network";
import { source } from "./rules";
import { guardStorage } from "./storage";
import { guardVaults } from "./vaults";
import { guardWorkers } from "./workers";

const FRAMES = "iframe,frame,object,embed";
const seen = new WeakSet<object>();
const fresh = (object: object): unknown => !seen.has(object) && seen.add(object);

/** The elements of a kind that a node is or has below it. */
const inside = (node: any, selector: string): any[] =>
  node?.querySelectorAll ? [...(node.matches?.(selector) ? [node] : []), ...node.querySelectorAll(selector)] : [];

const enterFrames = (node: unknown): void =>
  // Reading the window goes through our own getter, which enters it.
  inside(node, FRAMES).forEach((frame) => frame.contentWindow);

const insertNodes: Around = (native, self, args) => {
  for (const node of args) inside(node, HINTS).forEach(still);
  const frames = args.flatMap((node: any) => inside(node, FRAMES));
  const result = apply(native, self, args);
  frames.forEach(enterFrames);
  return result;
};

const guardInsertion = (hook: Hook, realm: Realm): void => {
  const insertMarkup: Around = (native, self, args) => {
    const result = apply(
      native,
      self,
      args.map((arg: unknown) => (typeof arg == "string" ? stillMarkup(arg) : arg)),
    );
    if (/<[ifoe]/i.test(args.join())) {
      enterFrames(self);
      enterChildren(realm);
    }
    return result;
  };
  hook("Node", "appendChild insertBefore replaceChild", insertNodes);
  hook(
    "Element CharacterData DocumentFragment Document DocumentType",
    "append prepend replaceChildren replaceWith before after insertAdjacentElement moveBefore",
    insertNodes,
  );
  hook("Range", "insertNode surroundContents", insertNodes);
  hook("Element ShadowRoot Document", "insertAdjacentHTML setHTMLUnsafe write writeln execCommand", insertMarkup);
  hook("Element ShadowRoot HTMLElement", "innerHTML outerHTML", insertMarkup, "set");
};

const guardReach = (hook: Hook): void => {
  const holders = "HTMLIFrameElement HTMLFrameElement HTMLObjectElement HTMLEmbedElement";
  const window: Around = (native, self, args) => {
    const found = apply(native, self, args);
    enter(found?.defaultView || found);
    return found;
  };
  hook(holders, "contentWindow contentDocument", window, "get");
  hook(holders, "getSVGDocument", window);
  hook("", "open", window);
  hook(
    "HTMLIFrameElement",
    "srcdoc",
    (native, self, [markup]) => apply(native, self, [`<script>${source()}</script>${markup}`]),
    "set",
  );
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

/** Hooks a window or worker scope once, and what is below it. */
export const enter = (realm: Realm): void => {
  try {
    // Throws where the realm is of another origin; it is none of ours then.
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
