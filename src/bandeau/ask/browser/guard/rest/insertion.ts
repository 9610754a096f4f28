/** Ways to insert in which code runs before a frame beside it could be entered, and the rarer ones. */
import { apply, changed, replace, type Around, type Hook, type Realm } from "../hook";
import { given } from "./given";
import { stillMarkup } from "./network";

/** What is written runs as it is parsed: after a frame, no script or element of the site's own before it is entered. */
const write =
  (realm: Realm): Around =>
  (native, self, args) => {
    const text = args.join("");
    const pieces =
      given.makesFrames.test(text) && args.every((part: unknown) => typeof part == "string")
        ? text.split(/(?=<(?:script|\w+-))/i)
        : [];
    const last = pieces.pop();
    for (const piece of pieces) self.write(piece);
    apply(native, self, last ? [stillMarkup(last)] : args.map(stillMarkup));
    given.enterChildren(realm);
  };

export const guardInsertion = (hook: Hook, realm: Realm): void => {
  const aroundMarkup = given.insertMarkup(realm);
  hook("Document", "execCommand", aroundMarkup);
  hook("Element ShadowRoot", "setHTMLUnsafe", aroundMarkup);
  hook("ShadowRoot", "innerHTML", aroundMarkup, true);
  hook("Range", "insertNode", given.insert(realm));
  hook("Range", "surroundContents", changed(() => given.enterChildren(realm)));
  hook("Document", "write writeln", write(realm));
  hook("Document HTMLTableElement", "body caption tHead tFoot", given.insert(realm), true);
  hook("Element", "attachShadow", (native, self, args) => {
    const root = apply(native, self, args);
    given.watch(realm, root);
    return root;
  });
  // Custom elements run as they are inserted.
  hook("CustomElementRegistry", "define", (native, self, args) => {
    for (const name of ["connectedCallback", "attributeChangedCallback"])
      replace(args[1]?.prototype, name, {
        apply: (callback, element, told) => {
          given.enterChildren(realm);
          return apply(callback, element, told);
        },
      });
    return apply(native, self, args);
  });
};
