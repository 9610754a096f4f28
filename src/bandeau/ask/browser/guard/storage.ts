/** localStorage and sessionStorage: the methods, and the keys that are properties. */
import {
  apply,
  changed,
  defineProperty,
  getOwnPropertyDescriptor,
  hookConstructors,
  ownKeys,
  set,
  type Hook,
  type Realm,
} from "./hook";
import { heldKey } from "./rules";

/** The Proxy that stands for each real Storage, and the key, known to nobody else, by which it tells the real one. */
const proxies = new WeakMap<Storage, Storage>();
const REAL = Symbol();
const unwrap = (storage: any): Storage => storage[REAL] || storage;
const visible = (storage: Storage): string[] => Object.keys(unwrap(storage)).filter((key) => !heldKey(key));

const held = (key: PropertyKey): boolean => typeof key == "string" && heldKey(key);
/** A key that names no method or accessor of Storage, and is held. */
const hidden = (key: PropertyKey): boolean => held(key) && !(key in Storage.prototype);

const handler: ProxyHandler<any> = {
  get: (storage, key) => (key == REAL ? storage : hidden(key) ? undefined : storage[key]),
  has: (storage, key) => !hidden(key) && key in storage,
  set: (storage, key, value) => held(key) || set(storage, key, value),
  ownKeys: (storage) => ownKeys(storage).filter((key) => !held(key)),
  getOwnPropertyDescriptor: (storage, key) => (held(key) ? undefined : getOwnPropertyDescriptor(storage, key)),
  defineProperty: (storage, key, value) => held(key) || defineProperty(storage, key, value),
};

const show = changed((storage: Storage | null) => {
  if (storage && !proxies.has(storage)) proxies.set(storage, new Proxy(storage, handler));
  return storage && proxies.get(storage);
});

export const guardStorage = (hook: Hook, realm: Realm): void => {
  hook("", "localStorage sessionStorage", show);
  hook("StorageEvent", "storageArea", show);
  hookConstructors(realm, "StorageEvent", ([type, init]) => [
    type,
    init?.storageArea ? { ...init, storageArea: unwrap(init.storageArea) } : init,
  ]);
  hook("Storage", "getItem setItem removeItem", (native, self, args) => {
    args[0] += "";
    return heldKey(args[0]) ? null : apply(native, unwrap(self), args);
  });
  hook("Storage", "key", (_, self, [index]) => visible(self)[index >>> 0] ?? null);
  hook("Storage", "length", (_, self) => visible(self).length);
  hook("Storage", "clear", (_, self) => visible(self).forEach((key) => delete self[key]));
};
