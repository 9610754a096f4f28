/** What this script leaves for the rest of it, which is the very next to run. */
import { kit } from "./kit";
import { element, inHtml } from "./blobs";
import { nameOf } from "./cookies";
import { enter, enterChildren, insert, MAKES_FRAMES as makesFrames, watch } from "./realms";
import { allowedUrl, heldCookie, heldKey, purging, source } from "./rules";

const handed = Object.assign(kit, {
  allowedUrl, element, enter, enterChildren, heldCookie, heldKey, inHtml, insert, makesFrames, nameOf, purging, source, watch,
});
export type Kit = typeof handed;

export const hand = (): void => {
  const script: any = self.document?.currentScript;
  if (script) script.bandeau = handed;
};
