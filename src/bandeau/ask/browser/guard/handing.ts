/** What is done of this script while the browser fetches the rest of it, and what is left for that. */
import { kit, type Part } from "./kit";
import { element, guardBlobs, inHtml } from "./blobs";
import { nameOf } from "./cookies";
import { attempt, defineProperty, hooker } from "./hook";
import {
  enter, enterChildren, guardInsertion, guardReach, insert, insertMarkup, MAKES_FRAMES as makesFrames, watch,
} from "./realms";
import { heldCookie, heldKey, pattern, rules, source } from "./rules";
import { guardVaults } from "./vaults";

/** Does more to this realm, and to every realm that is entered from now on. */
const add = (...parts: Part[]): void => {
  for (const part of parts) {
    part(hooker(self), self);
    kit.parts.push(part);
  }
};

const handed = () => ({
  kit, natives: kit.natives, add, element, enter, enterChildren, heldCookie, heldKey, inHtml, insert, insertMarkup,
  makesFrames, nameOf, pattern, rules, source, watch,
});
export type Kit = ReturnType<typeof handed>;

/** Whether there is something left to do. */
export let begins = true;

/** Does the rest of what this file is for: in a page before any script of its own runs, and not before that is needed. */
export const goOn = (): void => {
  begins = false;
  attempt(() => add(guardVaults, guardBlobs, guardInsertion, guardReach));
  // Not by an assignment, for which the browser would look through, and prepare, all that a document inherits.
  if (self.document) defineProperty(document, "bandeau", { value: handed(), configurable: true });
  kit.natives = undefined;
};
