/** How a native is replaced: by a Proxy of it, which keeps its name, length, prototype and native `toString`. */
import { kit } from "./kit";

/** A window or worker scope; its classes are looked up by name, because not every one has every class. */
export type Realm = any;
export type Around = (native: any, self: any, args: any) => any;
export type Hook = (types: string, names: string, around: Around, setter?: boolean) => void;

// Taken before the page's own scripts run, so that what they change later changes nothing here.
export const apply: (native: any, self: unknown, args: ArrayLike<unknown>) => any = Reflect.apply;
export const { construct, defineProperty, getOwnPropertyDescriptor, ownKeys, set } = Reflect;

/** What may fail, because the browser, its settings or the site's policy say so, gives nothing then. */
export const attempt = <T>(act: () => T): T | undefined => {
  try {
    return act();
  } catch {}
};

export const replace = (owner: any, name: string, handler: ProxyHandler<any>, setter?: boolean): void => {
  const descriptor: any = owner && getOwnPropertyDescriptor(owner, name);
  const kind = setter ? "set" : descriptor?.get ? "get" : "value";
  const native = descriptor?.[kind];
  if (native) {
    const proxy = (descriptor[kind] = new Proxy(native, handler));
    kit.natives?.push(proxy, native);
    defineProperty(owner, name, descriptor);
  }
};

/**
 * Gives the function that hooks methods and getters, or setters, of a realm's classes; the class `""` is the global
 * itself. To look for what a class does not have costs a page as much as to hook what it has.
 */
export const hooker =
  (realm: Realm): Hook =>
  (types, names, around, setter) =>
    types.split(" ").forEach((type) => {
      const owner = type ? realm[type]?.prototype : realm;
      names.split(" ").forEach((name) => replace(owner, name, { apply: around }, setter));
    });

/** Changes what comes back. */
export const changed =
  (change: (result: any) => unknown): Around =>
  (native, self, args) =>
    change(apply(native, self, args));

/** Changes the arguments that a realm's constructors are called with. */
export const hookConstructors = (realm: Realm, types: string, change: (args: any[]) => any[]): void => {
  for (const type of types.split(" ")) {
    replace(realm, type, {
      construct: (native, args, target) => construct(native, change(args), target),
    });
    if (realm[type]) realm[type].prototype.constructor = realm[type];
  }
};
