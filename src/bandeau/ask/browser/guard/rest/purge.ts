/** What is held and already stored, or got in where the guard came too late, is erased. */
import { apply, attempt, getOwnPropertyDescriptor, type Hook, type Realm } from "../hook";
import { given, native } from "./given";

const { heldCookie, heldKey, nameOf, rules } = given;
const realm: Realm = self;
// Hooked natives show nothing that is held.
const accessor = (owner: any, name: string): PropertyDescriptor => (owner && getOwnPropertyDescriptor(owner, name)) || {};
const cookie = accessor(Document.prototype, "cookie");
const changes = native(accessor(realm.CookieChangeEvent?.prototype, "changed").get);
const stores = ["localStorage", "sessionStorage"].map((name) => native(accessor(realm, name).get));

const eachStore = (act: (store: any) => void): void =>
  stores.forEach((store) => attempt(() => act(apply(store, realm, []))));

/** Ends a cookie on every path and domain that it could have been set on (RFC 6265, 5.1.3 and 5.1.4). */
const eraseCookie = (name: string): void => {
  let path = "";
  for (const segment of location.pathname.split("/"))
    for (const scope of [(path += segment), (path += "/")])
      for (let domain = "." + location.hostname; ; domain = domain.replace(/^.[^.]*/, "")) {
        for (const kind of ["", ";secure", ";secure;partitioned"])
          apply(native(cookie.set), document, [`${name}=;max-age=0;path=${scope};domain=${domain}${kind}`]);
        if (!domain) break;
      }
};

const eraseKey = (name: string): void => eachStore((store) => delete store[name]);

/** How each kind of vault lists what lies in it, how that is erased, and where the vault is found. */
const vaults = (
  [
    ["IDBFactory", "databases", "deleteDatabase", (place) => place.indexedDB],
    ["CacheStorage", "keys", "delete", (place) => place.caches],
    ["FileSystemDirectoryHandle", "keys", "removeEntry", (place) => place.getDirectory()],
    ["StorageBucketManager", "keys", "delete", (place) => place.storageBuckets],
  ] as [string, string, string, (place: any) => any][]
).map(([type, list, erase, find]) => {
  const every = native(realm[type]?.prototype[list]);
  return async (place: any): Promise<void> => {
    try {
      const vault = await find(place);
      for await (const item of await apply(every, vault, []))
        if (heldKey(item)) vault[erase](item.name || item, { recursive: true });
    } catch {}
  };
});

/** Erases what is held: cookies, keys, and what lies in every vault of the site and of each bucket that stays. */
const eraseAll = async (): Promise<void> => {
  attempt(() => {
    for (const name of apply(native(cookie.get), document, []).split("; ").map(nameOf)) if (heldCookie(name)) eraseCookie(name);
    eachStore((store) => Object.keys(store).forEach((key) => heldKey(key) && delete store[key]));
  });
  const { storage, storageBuckets, serviceWorker } = realm.navigator;
  const erase = (place: any) => Promise.all(vaults.map((one) => one(place)));
  try {
    await erase({ indexedDB, caches: realm.caches, storageBuckets, getDirectory: () => storage.getDirectory() });
    for (const name of (await storageBuckets?.keys()) || []) await erase(await storageBuckets.open(name));
    // A worker goes on by the rules that it was installed with, and may listen to nothing that would renew it.
    for (const registration of await serviceWorker.getRegistrations()) registration.update().catch(() => {});
  } catch {}
};

const erasers = { cookie: eraseCookie, key: eraseKey };
type Kind = keyof typeof erasers;
const late = { cookie: new Set<string>(), key: new Set<string>() };
const PAUSE = 1000;
let asking = false;

/** Reports names, and erases those that are still held: the visitor may have allowed them since, in another tab. */
const ask = async (kind: Kind): Promise<void> => {
  const swept = [...late[kind]].slice(0, 20);
  late[kind].clear();
  if (!swept[0]) return;
  const answer = await fetch("/.bandeau/report", { method: "POST", body: JSON.stringify({ kind, swept }) });
  for (const name of await answer.json()) erasers[kind](name);
};

/** Sees to what was stored in a realm that was not entered in time: at once, then once a second at most. */
const sweep = async (kind: Kind, names: string[]): Promise<void> => {
  for (const name of names) late[kind].add(name);
  if (asking || !names[0]) return;
  asking = true;
  try {
    await ask("cookie");
    await ask("key");
  } catch {}
  setTimeout(() => {
    asking = false;
    sweep("cookie", [...late.cookie]);
    sweep("key", [...late.key]);
  }, PAUSE);
};

/** Keeps a page from hearing of a held key. What was there before stays, hidden, until the visitor has chosen. */
const hide = (event: StorageEvent): void => {
  const { key, oldValue, newValue } = event;
  if (key == null || !heldKey(key)) return;
  event.stopImmediatePropagation();
  if (newValue != null && oldValue == null) sweep("key", [key]);
};

const hideEvents = (realm: Realm): void => {
  // Those that capture are asked first, also if they came later.
  realm.addEventListener("storage", hide, true);
};

let begun = false;

/** Begins to hear of what is stored in realms that were not entered in time. */
const listen = (): void => {
  if (begun) return;
  begun = true;
  hideEvents(realm);
  // Chromium tells only those of a store who have opened it.
  eachStore(() => {});
  realm.cookieStore?.addEventListener("change", (event: Event) =>
    sweep("cookie", apply(changes, event, []).filter(heldCookie).map(({ name }: any) => name)),
  );
};

/** To open the stores takes long: it waits for the first realm beside the page's own, or until its first scripts ran. */
export const guardEvents = (_: Hook, entered: Realm): void => {
  if (entered == realm) return void setTimeout(listen);
  listen();
  hideEvents(entered);
};

export const purge = (): void => {
  if (rules.p) addEventListener("load", eraseAll);
};
