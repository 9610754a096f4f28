/** What script makes of text, and what then runs in a realm of its own, begins with this script. */
import { apply, attempt, hookConstructors, replace, type Around, type Hook, type Realm } from "./hook";
import { kit } from "./kit";
import { source } from "./rules";

let createObjectURL: any, revokeObjectURL: any;

/** This script as an element, and the rest of it, as they stand in this page. */
export const element = (): string => {
  const { script = self.document?.scripts[0], rest } = kit;
  return (
    (script?.src ? `<script src="${script.src}"></script>` : `<script nonce="${script?.nonce}">${source()}</script>`) + rest
  );
};

/** A document type stays first, or the page would be laid out as of old. */
export const inHtml = (text: string): string =>
  kit
    .clean(text)
    .replace(/^(\s|<!-{2}[^]*?-->)*(<!doctype[^>]*>)?/i, (start: string) => start + element());

const read = (address: string): string => {
  const request = new XMLHttpRequest();
  request.open("GET", address, false);
  request.send();
  return request.responseText;
};

const url = (type: string, ...parts: string[]): string => apply(createObjectURL, URL, [new Blob(parts, { type })]);

/** The address of a worker's script with the guard, by the address without. */
const workers = new Map<string, string>();

/** A module is imported after the guard, as what it imports itself runs before its own first line. */
const inWorker = (address: string, module: boolean): string => {
  const type = "text/javascript";
  const text = attempt(() => read(address)) ?? (module ? `import"${address}"` : `importScripts("${address}")`);
  return module ? url(type, `import"${url(type, source())}";import"${url(type, text)}"`) : url(type, source(), text);
};

const inBlob: Around = (native, self, args) => {
  const address = apply(native, self, args);
  const [type, html] = /^(text\/html)|^\S+[/+]xml/.exec(args[0].type) || [];
  const text = type && attempt(() => read(address));
  // What runs nothing, as a picture that is saved, stays as it is.
  if (!text || !/script|\bon\w+\s*=|<link|frame|entity/i.test(text)) return address;
  apply(revokeObjectURL, URL, [address]);
  return url(`${type};charset=utf-8`, attempt(() => (html ? inHtml : kit.inXml)(text)) ?? text);
};

export const guardBlobs = (_: Hook, realm: Realm): void => {
  if (!createObjectURL) ({ createObjectURL, revokeObjectURL } = URL);
  replace(realm.URL, "createObjectURL", { apply: inBlob });
  hookConstructors(realm, "Worker SharedWorker", (args) => {
    const [address, options] = args;
    if (!/^blob:/.test(address)) return args;
    if (!workers.has(address)) workers.set(address, inWorker(address, options?.type == "module"));
    return [kit.trust([workers.get(address), address]), options];
  });
};
