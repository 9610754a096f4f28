/**
 * What the guard itself hands to this file: it left it on its own element, which stands before this one. There is
 * nothing where it could not run.
 */
import type { Kit } from "../handing";

const element = document.currentScript as HTMLScriptElement;
const holder = (element.previousElementSibling || {}) as any;

export const given: Kit = holder.bandeau || {};
delete holder.bandeau;

given.rest = `<script src="${element.src}" nonce="${element.nonce}"></script>`;

/** The native that something hooked stands for. */
export const native = (hooked: any): any => given.natives?.get(hooked) || hooked;
