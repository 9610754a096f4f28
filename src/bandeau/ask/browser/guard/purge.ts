/** What is held and already stored, or got in where the guard came too late, is erased. */
import { apply, getOwnPropertyDescriptor, type Realm } from "./hook";
import { nameOf } from "./cookies";
import { heldCookie, heldKey, purging } from "./rules";

// Natives, taken before they are hooked: hooked ones show nothing that is held.
const realm: Realm = self;
const cookie = realm.Document && getOwnPropertyDescriptor(Document.prototype, "cookie");

/** Storage may be switched off, or the realm may have none: then there is nothing in it. */
const attempt = (read: () => any): any => {
  try {
    return read();
  } catch {}
};

const stores = [attempt(() => realm.localStorage), attempt(() => realm.sessionStorage)];

/** Ends a cookie on every path and domain that it could have been set on (RFC 6265, 5.1.3 and 5.1.4). */
const eraseCookie = (name: string): void => {
  let path = "";
  for (const segment of location.pathname.split("/"))
    for (const scope of [(path += segment), (path += "/")])
      for (let domain = "." + location.hostname; ; domain = domain.replace(/^.[^.]*/, "")) {
        for (const kind of ["", ";secure", ";secure;partitioned"])
          apply(cookie!.set, document, [`${name}=;max-age=0;path=${scope};domain=${domain}${kind}`]);
        if (!domain) break;
      }
};

/** Tells of every cookie and key that is held and there, and how to erase it. */
const scan = (tell: (name: string, erase: (name: string) => void) => void): void => {
  const cookies = attempt(() => apply(cookie!.get, document, []));
  for (const name of cookies ? cookies.split("; ").map(nameOf) : []) if (heldCookie(name)) tell(name, eraseCookie);
  for (const store of stores)
    for (const key of Object.keys(store || {})) if (heldKey(key)) tell(key, (key) => delete store[key]);
};

/** Erases all that is held of a kind when the page has loaded; the native list is taken before it is hooked. */
const eraseAtLoad = (type: string, erase: string, find: () => any, list = "keys"): void => {
  const native = realm[type]?.prototype[list];
  addEventListener("load", async () => {
    try {
      const vault = await find();
      for await (const item of await apply(native, vault, []))
        if (heldKey(item)) vault[erase](item.name || item, { recursive: true });
    } catch {}
  });
};

export const purge = (): void => {
  // What was there when the page began stays, hidden, until the visitor has chosen.
  const kept = new Set<string>();
  const sweep = () => scan((name, erase) => kept.has(name) || erase(name));
  // Erasing can wait for the page: until then what is held is hidden.
  addEventListener("load", sweep);
  addEventListener("pagehide", sweep);
  if (purging) {
    eraseAtLoad("IDBFactory", "deleteDatabase", () => realm.indexedDB, "databases");
    eraseAtLoad("StorageBucketManager", "delete", () => realm.navigator.storageBuckets);
    eraseAtLoad("CacheStorage", "delete", () => realm.caches);
    eraseAtLoad("FileSystemDirectoryHandle", "removeEntry", () => realm.navigator.storage.getDirectory());
  } else scan((name) => kept.add(name));
};
