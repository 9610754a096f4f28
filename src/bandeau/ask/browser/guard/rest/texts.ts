/** Documents that script makes of text, other than HTML in a blob: they begin with the guard as well. */
import { attempt } from "../hook";
import { element, given } from "./given";

/** Puts the guard into a frame's own text, which is read only after the script that set it has ended. */
export const dress = (frame: any): void => {
  if (frame.srcdoc && !frame.srcdoc.includes(given.element()))
    attempt(() => (frame.srcdoc = given.inHtml(frame.srcdoc)));
};

export const inXml = (text: string): string => {
  const page = new DOMParser().parseFromString(text, "text/xml");
  const [script, rest] = [0, 1].map(() => page.createElementNS("http://www.w3.org/1999/xhtml", "script")) as any;
  script.append(given.source());
  rest.src = element.src;
  page.documentElement.prepend(script, rest);
  return new XMLSerializer().serializeToString(page);
};

let policy: any;

/** An address in place of one that the site's own Trusted Types vouched for; without their leave, that one. */
export const trust = ([address, before]: [string, unknown]): unknown => {
  const { trustedTypes } = self as any;
  if (!trustedTypes?.isScriptURL(before)) return address;
  policy ||= attempt(() => trustedTypes.createPolicy("bandeau", { createScriptURL: String }));
  return policy ? policy.createScriptURL(address) : before;
};
