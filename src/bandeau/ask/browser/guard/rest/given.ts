/** What the guard itself hands to this file: it left it on the document. There is nothing where it could not run. */
import type { Kit } from "../handing";
import { getOwnPropertyDescriptor } from "../hook";

export const element = document.currentScript as HTMLScriptElement;

export const given: Kit = getOwnPropertyDescriptor(document, "bandeau")?.value || {};
delete (document as any).bandeau;

/** The native that something hooked stands for. */
export const native = (hooked: any): any => {
  const { natives = [] } = given;
  const at = natives.indexOf(hooked);
  return at < 0 ? hooked : natives[at + 1];
};

/** Tells the guard where both its scripts stand. */
export const tell = (): void => {
  given.kit.script = element.previousElementSibling;
  given.kit.rest = `<script src="${element.src}" nonce="${element.nonce}"></script>`;
};
