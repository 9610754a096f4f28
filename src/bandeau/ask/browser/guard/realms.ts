/** Every window of the same origin that this page makes or reaches gets the same hooks, before it can be used. */
import { apply, changed, hooker, type Around, type Hook, type Realm } from "./hook";
import { begins, goOn } from "./handing";
import { kit } from "./kit";

const FRAMES = "iframe,frame,object,embed";
export const MAKES_FRAMES = /<(i?frame|obj|emb)/i;
const seen = new WeakSet<object>();
const fresh = (object: object): unknown => !seen.has(object) && seen.add(object);

/** The elements of a kind that a node is or has below it. */
const inside = (node: any, selector: string): any[] =>
  node?.querySelectorAll ? [...(node.matches?.(selector) ? [node] : []), ...node.querySelectorAll(selector)] : [];

export const enterChildren = (realm: Realm): void => {
  for (let index = 0; index < realm.length; index++) enter(realm[index]);
};

/** Reading a frame's window goes through our own getter, which enters it; an embed's is made by its layout. */
const enterFrames = (realm: Realm, frames: any[]): void => {
  for (const frame of frames) {
    frame.offsetWidth;
    frame.contentWindow;
  }
  if (frames[0]) enterChildren(realm);
};

export const insert =
  (realm: Realm): Around =>
  (native, self, args) => {
    const all = (selector: string): any[] => args.flatMap((node: unknown) => inside(node, selector));
    const frames = all(FRAMES);
    all("link,script").forEach(kit.look);
    frames.forEach(kit.dress);
    // A script beside a frame would run before the frame is entered: it is put in its place after that.
    const late = frames[0] ? all("script").filter((script: Node) => !script.isConnected) : [];
    const holes = late.map((script: Element) => {
      const hole = new Comment();
      script.replaceWith(hole);
      return hole;
    });
    const result = apply(native, self, args.map((node: unknown) => holes[late.indexOf(node)] || node));
    enterFrames(realm, frames);
    holes.forEach((hole: Comment, index: number) => hole.replaceWith(late[index]));
    return result;
  };

export const insertMarkup =
  (realm: Realm): Around =>
  (native, self, args) => {
    const result = apply(native, self, args.map(kit.clean));
    if (MAKES_FRAMES.test(args.join())) enterFrames(realm, [...inside(self, FRAMES), self]);
    return result;
  };

export const guardInsertion = (hook: Hook, realm: Realm): void => {
  const around = insert(realm);
  const aroundMarkup = insertMarkup(realm);
  hook("Node", "appendChild insertBefore replaceChild", around);
  hook("Element Document DocumentFragment", "append prepend replaceChildren moveBefore", around);
  hook("Element CharacterData", "before after replaceWith", around);
  hook("Element", "insertAdjacentElement", around);
  hook("Element", "insertAdjacentHTML", aroundMarkup);
  hook("Element", "innerHTML outerHTML", aroundMarkup, true);
};

export const guardReach = (hook: Hook): void => {
  const entered = changed((found) => {
    enter(found);
    return found;
  });
  hook("HTMLIFrameElement HTMLFrameElement HTMLObjectElement", "contentWindow contentDocument", entered);
  hook("", "open", entered);
};

export const watch = (realm: Realm, root: any): void => {
  let frames = 0;
  // A frame's new page may bring a new realm: its own window tells when it has loaded.
  root.addEventListener("load", ({ target }: any) => enterFrames(realm, inside(target, FRAMES)), true);
  // The parser inserts without any call: this runs before the next script does.
  new MutationObserver((records) => {
    if (frames != (frames = realm.length)) enterChildren(realm);
    // The first are of the very element that brings the rest, and nobody looks at nodes before that has come.
    if (begins) return goOn();
    // Of many nodes, as the parser brings them, the browser finds the few in question sooner than script does.
    const many = records[50];
    if (many) root.querySelectorAll("link,[type=speculationrules]").forEach(kit.look);
    for (const { target, addedNodes, attributeName } of records) {
      if (attributeName) kit.dress(target);
      if (many) continue;
      kit.look(target);
      for (let index = 0; index < addedNodes.length; index++) kit.look(addedNodes[index]);
    }
  }).observe(root, { childList: true, subtree: true, attributeFilter: ["srcdoc"] });
};

/** Hooks a window, a document's window or a worker scope once, and what is below it. */
export const enter = (reached: Realm): void => {
  try {
    // Throws where there is none, or one of another origin, which is none of ours.
    const realm = reached.defaultView || reached;
    const { document } = realm;
    if (fresh(realm.Object)) {
      const hook = hooker(realm);
      for (const part of kit.parts) part(hook, realm);
    }
    if (document) {
      if (fresh(document)) {
        watch(realm, document);
        kit.meet(realm);
      }
      enterChildren(realm);
    }
  } catch {
    // Nothing of ours may reach the site's own code as an error.
  }
};
