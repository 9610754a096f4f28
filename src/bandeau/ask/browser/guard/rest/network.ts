/** Connections that a Content-Security-Policy does not stop: WebRTC servers and resource hints. */
import { apply, hookConstructors, type Around, type Hook, type Realm } from "../hook";
import { allowedUrl } from "./hosts";

const allowedServer = ({ urls, url }: any): boolean =>
  [].concat(urls ?? url).every((address: string) => allowedUrl(address.replace(/^\w+:/, "https://")));

const withAllowedServers = ([configuration]: any[]): any[] => [
  { ...configuration, iceServers: (configuration?.iceServers || []).filter(allowedServer) },
];

/** The other side of a call is on the reader's own network, or a host that may be contacted (RFC 8839, 5.1). */
const heldCandidate = (line: string): boolean => {
  const [, address, port] = /candidate:(?:\S+ ){4}(\S+) (\d+)/.exec(line) || [];
  return (
    !!address &&
    !/^(10|192\.168|172\.(1[6-9]|2\d|3[01]))\.|\.local$/.test(address) &&
    !allowedUrl(`https://${address.includes(":") ? `[${address}]` : address}:${port}`)
  );
};

/** Rules for links that are not named by their address may lead anywhere. */
const heldRules = (script: any): boolean => {
  let held = !/"(urls|href_matches)"/.test(script.text);
  try {
    JSON.parse(script.text, (_, value) => {
      held ||= typeof value == "string" && !allowedUrl(new URL(value, script.baseURI) as any);
    });
  } catch {}
  return held;
};

const heldHint = (element: any): boolean =>
  element.localName == "link"
    ? /prefetch|prerender|preconnect/i.test(element.rel) && !allowedUrl(element.href)
    : element.localName == "script" && element.type == "speculationrules" && heldRules(element);

/** Makes a hint that goes to a held host inert. */
export const still = (element: any): void => {
  if (heldHint(element)) element.rel = element.type = "held";
};

/** The same for markup that is about to be parsed; a hint only saves time, so there all of them go. */
export const stillMarkup = (html: any): any =>
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

/** An attribute that is written as a node of its own is written by its name. */
const byName: Around = (native, self, args) => {
  const [attribute] = args;
  const element = self.localName ? self : self[0]?.ownerElement;
  return element?.localName == "link" ? (element.setAttribute(attribute.name, attribute.value), null) : apply(native, self, args);
};

export const guardNetwork = (hook: Hook, realm: Realm): void => {
  hookConstructors(realm, "webkitRTCPeerConnection RTCPeerConnection", withAllowedServers);
  hook("RTCPeerConnection", "setConfiguration", (native, self, args) => apply(native, self, withAllowedServers(args)));
  hook("RTCPeerConnection", "addIceCandidate", async (native, self, args) => {
    if (!heldCandidate(args[0]?.candidate)) return apply(native, self, args);
  });
  hook("RTCPeerConnection", "setRemoteDescription", (native, self, [told, ...rest]) => {
    const sdp = told?.sdp?.replace(/^a=candidate.*\s*/gm, (line: string) => (heldCandidate(line) ? "" : line));
    return apply(native, self, [sdp ? { type: told.type, sdp } : told, ...rest]);
  });
  hook("HTMLLinkElement", "href rel relList", unlessHint, true);
  hook("Element", "setAttribute setAttributeNS", unlessHint);
  hook("Element NamedNodeMap", "setAttributeNode setAttributeNodeNS setNamedItem setNamedItemNS", byName);
  hook(
    "Attr Node",
    "value nodeValue textContent",
    (native, self, args) =>
      self.ownerElement?.localName == "link"
        ? self.ownerElement.setAttribute(self.name, args[0])
        : apply(native, self, args),
    true,
  );
  // Of a link that would become a held hint, the list is a copy's.
  hook("HTMLLinkElement", "relList", (native, self, args) =>
    apply(native, self.isConnected && !allowedUrl(self.href) ? self.cloneNode() : self, args),
  );
};
