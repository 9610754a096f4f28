/** Connections that a Content-Security-Policy does not stop: WebRTC servers and resource hints. */
import { apply, hookConstructors, type Around, type Hook, type Realm } from "./hook";
import { allowedUrl } from "./rules";

const allowedServer = ({ urls, url }: any): boolean =>
  [].concat(urls ?? url).every((address: string) => allowedUrl(address.replace(/^\w+:/, "https://")));

const withAllowedServers = ([configuration]: any[]): any[] => [
  { ...configuration, iceServers: (configuration?.iceServers || []).filter(allowedServer) },
];

/** What opens connections early; speculation rules may name any link of the page, so they count whole. */
export const HINTS = "link[rel],script[type=speculationrules]";

const heldHint = (element: any): boolean =>
  element.localName != "link" || (/prefetch|prerender|preconnect/i.test(element.rel) && !allowedUrl(element.href));

/** Makes a hint that goes to a held host inert. */
export const still = (element: any): void => {
  if (heldHint(element)) element.rel = element.type = "held";
};

/** The same for markup that is about to be parsed; a hint only saves time, so there all of them go. */
export const stillMarkup = (html: unknown): unknown =>
  typeof html == "string" ? html.replace(/<link\b[^>]*(prefetch|prerender|preconnect|&#)[^>]*>/gi, "") : html;

/** Tries a change on a copy that is in no document, and leaves the link alone where it would become a held hint. */
export const unlessHint: Around = (native, self, args) => {
  if (self.localName == "link" && self.isConnected) {
    const copy = self.cloneNode();
    apply(native, copy, args);
    if (heldHint(copy)) return;
  }
  return apply(native, self, args);
};

export const guardNetwork = (hook: Hook, realm: Realm): void => {
  hookConstructors(realm, "webkitRTCPeerConnection RTCPeerConnection", withAllowedServers);
  hook("RTCPeerConnection", "setConfiguration", (native, self, args) => apply(native, self, withAllowedServers(args)));
  hook("HTMLLinkElement", "href rel", unlessHint, true);
};
