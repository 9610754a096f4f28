/** Databases, caches, buckets and the private file system: held by the name they are opened with. */
import { apply, type Around, type Hook, type Realm } from "./hook";
import { heldKey } from "./rules";

const refused = (): Promise<never> => Promise.reject(new DOMException("Held: no consent", "NotAllowedError"));

const unlessHeld: Around = (native, self, args) => (heldKey(args[0]) ? refused() : apply(native, self, args));

/** A request that fails as one whose upgrade was aborted: nothing is created, nothing is thrown. */
const openDatabase: Around = (native, self, args) => {
  if (!heldKey(args[0])) return apply(native, self, args);
  const request = apply(native, self, ["bandeau:held"]);
  request.addEventListener("upgradeneeded", (event: Event) => {
    event.stopImmediatePropagation();
    request.transaction.abort();
  });
  return request;
};

/** Looks in the caches that are not held, in their order. */
const matchInCaches: Around = async (native, self, [request, options]) => {
  for (const cacheName of options?.cacheName ? [options.cacheName] : await self.keys()) {
    const found = !heldKey(cacheName) && (await apply(native, self, [request, { ...options, cacheName }]));
    if (found) return found;
  }
};

/** Only the names at the root are storage names; the root of the private file system has none itself. */
const inRoot: Around = (native, self, args) => (self.name ? apply(native, self, args) : unlessHeld(native, self, args));

const listDirectory: Around = async function* (native, self, args) {
  for await (const item of apply(native, self, args)) {
    const [first] = [].concat(item) as any[];
    if (self.name || !heldKey(first.name ?? first)) yield item;
  }
};

export const guardVaults = (hook: Hook, realm: Realm): void => {
  hook("IDBFactory", "open", openDatabase);
  hook("IDBFactory", "databases", async (native, self) =>
    (await apply(native, self, [])).filter(({ name }: IDBDatabaseInfo) => !heldKey(name)),
  );
  hook("CacheStorage StorageBucketManager", "open", unlessHeld);
  hook("CacheStorage StorageBucketManager", "keys", async (native, self) =>
    (await apply(native, self, [])).filter((name: string) => !heldKey(name)),
  );
  hook("CacheStorage", "has", async (native, self, args) => !heldKey(args[0]) && apply(native, self, args));
  hook("CacheStorage", "match", matchInCaches);
  hook("FileSystemDirectoryHandle", "getFileHandle getDirectoryHandle", inRoot);
  hook("FileSystemDirectoryHandle", "keys values entries", listDirectory);
  const directory = realm.FileSystemDirectoryHandle?.prototype;
  if (directory) directory[Symbol.asyncIterator] = directory.entries;
  // Deprecated, Chromium only, and without names that could be told apart: as if it were not there.
  delete realm.webkitRequestFileSystem;
  delete realm.webkitRequestFileSystemSync;
};
