/** How a native is replaced: by a Proxy of it, which keeps its name, length, prototype and native `toString`. */

/** A window or worker scope; its classes are looked up by name, because not every one has every class. */
export type Realm = any;
export type Around = (native: any, self: any, args: any) => any;
export type Hook = (types: string, names: string, around: Around, kind?: "value" | "get" | "set") => void;

// Taken before the page's own scripts run, so that what they change later changes nothing here.
export const apply: (native: any, self: unknown, args: ArrayLike<unknown>) => any = Reflect.apply;
export const { construct, defineProperty, getOwnPropertyDescriptor } = Reflect;

const replace = (owner: object, name: string, kind: "value" | "get" | "set", handler: ProxyHandler<any>): void => {
  const descriptor = owner && getOwnPropertyDescriptor(owner, name);
  if (descriptor?.[kind]) {
    descriptor[kind] = new Proxy(descriptor[kind], handler);
    defineProperty(owner, name, descriptor);
  }
};

/** Gives the function that hooks methods, getters or setters of a realm's classes, static ones too; `""` is the global itself. */
export const hooker =
  (realm: Realm): Hook =>
  (types, names, around, kind = "value") => {
    for (const type of types.split(" "))
      for (const name of names.split(" "))
        for (const owner of type ? [realm[type]?.prototype, realm[type]] : [realm])
          replace(owner, name, kind, { apply: around });
  };

/** Changes the arguments that a realm's constructors are called with. */
export const hookConstructors = (realm: Realm, types: string, change: (args: any[]) => any[]): void => {
  for (const type of types.split(" ")) {
    replace(realm, type, "value", {
      construct: (native, args, target) => construct(native, change(args), target),
    });
    if (realm[type]) realm[type].prototype.constructor = realm[type];
  }
};
