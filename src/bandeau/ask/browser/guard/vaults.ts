/** Databases, caches, buckets and the private file system: held by the name they are opened with. */
import { apply, changed, type Around, type Hook, type Realm } from "./hook";
import { heldKey } from "./rules";

const refused = (): Promise<never> => Promise.reject(new DOMException("Held", "NotAllowedError"));

/** Of files only the names at the root are storage names, and the root has no name itself. */
const unlessHeld: Around = (native, self, args) => {
  args[0] += "";
  return !self.name && heldKey(args[0]) ? refused() : apply(native, self, args);
};

/** A file gets a storage name where it comes to lie at the root; only the root itself can tell where it lies. */
const moveUnlessHeld: Around = async (native, self, args) => {
  const [to] = args;
  const name = args.find((argument: unknown) => typeof argument == "string") ?? self.name;
  const atRoot = to?.kind ? !to.name : (await (await navigator.storage.getDirectory()).resolve(self))?.length == 1;
  return atRoot && heldKey(name) ? refused() : apply(native, self, args);
};

/** A request that fails as one whose upgrade was aborted: nothing is created, nothing is thrown. */
const openDatabase: Around = (native, self, args) => {
  args[0] += "";
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

const list = changed(async (items) => (await items).filter((item: unknown) => !heldKey(item)));

const listDirectory: Around = async function* (native, self, args) {
  for await (const item of apply(native, self, args)) {
    const [first] = [].concat(item);
    if (self.name || !heldKey(first)) yield item;
  }
};

export const guardVaults = (hook: Hook, realm: Realm): void => {
  hook("IDBFactory", "open", openDatabase);
  hook("CacheStorage StorageBucketManager FileSystemDirectoryHandle", "open getFileHandle getDirectoryHandle", unlessHeld);
  hook("IDBFactory CacheStorage StorageBucketManager", "databases keys", list);
  hook("CacheStorage", "has", async (native, self, args) => !heldKey(args[0]) && apply(native, self, args));
  hook("CacheStorage", "match", matchInCaches);
  hook("FileSystemHandle FileSystemFileHandle", "move", moveUnlessHeld);
  hook("FileSystemDirectoryHandle", "keys values entries", listDirectory);
  const directory = realm.FileSystemDirectoryHandle?.prototype;
  if (directory) directory[Symbol.asyncIterator] = directory.entries;
  // Deprecated, Chromium only, and without names that could be told apart: as if it were not there.
  delete realm.webkitRequestFileSystem;
  delete realm.webkitRequestFileSystemSync;
};
