/** What is held and already stored, or got in where the guard came too late, is erased. */
import { apply, getOwnPropertyDescriptor, type Realm } from "./hook";
import { nameOf } from "./cookies";
import { heldCookie, heldKey, purging } from "./rules";

// Natives, taken before they are hooked: hooked ones show nothing that is held.
const realm: Realm = self;
const cookie = realm.Document && getOwnPropertyDescriptor(Document.prototype, "cookie")!;
const listRoot = realm.FileSystemDirectoryHandle?.prototype.keys;

const attempt = <T>(read: () => T): T | undefined => {
  try {
    return read();
  } catch {
    // Storage may be switched off, or the document may have no origin.
  }
};

const stores = ["localStorage", "sessionStorage"].map((name) => attempt(() => realm[name])).filter(Boolean);

const heldCookies = (): string[] =>
  (attempt(() => apply(cookie.get!, document, []) as string) || "").split("; ").map(nameOf).filter(heldCookie);

/** Every path and domain that a cookie which this page sees could have been set on (RFC 6265, 5.1.3 and 5.1.4). */
const scopes = (): string[] => {
  const paths = location.pathname.split("/").flatMap((_, at, parts) => {
    const path = parts.slice(0, at + 1).join("/");
    return [`;path=${path}`, `;path=${path}/`];
  });
  const domains = location.hostname.split(".").map((_, at, parts) => `;domain=${parts.slice(at).join(".")}`);
  return paths.flatMap((path) => ["", ...domains].map((domain) => path + domain));
};

const eraseCookie = (name: string): void => {
  for (const scope of scopes())
    for (const kind of ["", ";secure", ";secure;partitioned"])
      apply(cookie.set!, document, [`${name}=;max-age=0${scope}${kind}`]);
};

/** What was there when the page began stays, hidden, until the visitor has chosen. */
const kept = new Set<string>();
const spare = (name: string): boolean => !kept.has(name);

const eraseKeys = (): void => {
  heldCookies().filter(spare).forEach(eraseCookie);
  for (const store of stores)
    for (const key of Object.keys(store)) if (heldKey(key) && spare(key)) delete store[key];
};

const eraseNamed = (vault: any): Promise<void> =>
  vault?.keys().then((names: string[]) => names.filter(heldKey).forEach((name) => vault.delete(name)));

const eraseVaults = async (): Promise<void> => {
  const { indexedDB, caches, navigator } = realm;
  await eraseNamed(caches);
  await eraseNamed(navigator.storageBuckets);
  for (const { name } of (await indexedDB?.databases?.()) || []) if (heldKey(name)) indexedDB.deleteDatabase(name);
  const root = await navigator.storage?.getDirectory?.();
  for await (const name of root ? apply(listRoot, root, []) : [])
    if (heldKey(name)) await root.removeEntry(name, { recursive: true });
};

export const purge = (): void => {
  if (purging) {
    eraseVaults().catch(() => {});
    if (cookie) eraseKeys();
  } else if (cookie) {
    [...heldCookies(), ...stores.flatMap(Object.keys)].forEach((name) => kept.add(name));
  }
  if (cookie)
    for (const moment of ["load", "pagehide"]) addEventListener(moment, eraseKeys);
};
