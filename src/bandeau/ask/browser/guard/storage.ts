/** localStorage and sessionStorage: the methods, and the keys that are properties. */
import { apply, hookConstructors, type Hook, type Realm } from "./hook";
import { heldKey } from "./rules";

const shown = new WeakMap<Storage, Storage>();
const real = new WeakMap<Storage, Storage>();
const unwrap = (storage: Storage): Storage => real.get(storage) || storage;
const visible = (storage: Storage): string[] => Object.keys(storage).filter((key) => !heldKey(key));

/** A key that names no method or accessor of Storage, and is held. */
const hidden = (storage: Storage, key: PropertyKey): boolean =>
  typeof key == "string" && heldKey(key) && !(key in Object.getPrototypeOf(storage));

const handler: ProxyHandler<Storage> = {
  get: (storage, key) => (hidden(storage, key) ? undefined : (storage as any)[key]),
  has: (storage, key) => !hidden(storage, key) && key in storage,
  set: (storage, key, value) => (typeof key == "string" && heldKey(key)) || Reflect.set(storage, key, value),
  ownKeys: (storage) => Reflect.ownKeys(storage).filter((key) => !hidden(storage, key)),
  getOwnPropertyDescriptor: (storage, key) =>
    hidden(storage, key) ? undefined : Reflect.getOwnPropertyDescriptor(storage, key),
  defineProperty: (storage, key, value) => hidden(storage, key) || Reflect.defineProperty(storage, key, value),
};

const show = (storage: Storage | null): Storage | null => {
  if (!storage) return storage;
  if (!shown.has(storage)) {
    const proxy = new Proxy(storage, handler);
    shown.set(storage, proxy);
    real.set(proxy, storage);
  }
  return shown.get(storage)!;
};

export const guardStorage = (hook: Hook, realm: Realm): void => {
  hook("", "localStorage sessionStorage", (native, self) => show(apply(native, self, [])), "get");
  hook("StorageEvent", "storageArea", (native, self) => show(apply(native, self, [])), "get");
  hookConstructors(realm, "StorageEvent", ([type, init]) => [
    type,
    init?.storageArea ? { ...init, storageArea: unwrap(init.storageArea) } : init,
  ]);
  hook("Storage", "getItem", (native, self, args) => (heldKey(args[0]) ? null : apply(native, unwrap(self), args)));
  hook("Storage", "setItem", (native, self, args) => {
    if (!heldKey(args[0])) apply(native, unwrap(self), args);
  });
  hook("Storage", "removeItem", (native, self, args) => apply(native, unwrap(self), args));
  hook("Storage", "key", (_, self, [index]) => visible(unwrap(self))[index >>> 0] ?? null);
  hook("Storage", "length", (_, self) => visible(unwrap(self)).length, "get");
  hook("Storage", "clear", (_, self) => {
    for (const key of visible(unwrap(self))) delete self[key];
  });
  realm.addEventListener("storage", (event: StorageEvent) => {
    if (event.key !== null && heldKey(event.key)) event.stopImmediatePropagation();
  });
};
