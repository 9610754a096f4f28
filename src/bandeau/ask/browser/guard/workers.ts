/** Workers made of a blob start with this script; those that come from the server get it there. */
import { apply, hookConstructors, type Hook, type Realm } from "./hook";
import { source } from "./rules";

const blobs = new Map<string, Blob>();
const guarded = new Map<string, string>();
const { createObjectURL, revokeObjectURL } = URL;

/** The address of the same blob with the guard in front, on the same first line. */
const withGuard = (address: string): string => {
  const blob = blobs.get(address);
  if (blob && !guarded.has(address))
    guarded.set(address, apply(createObjectURL, URL, [new Blob([source(), blob], { type: blob.type })]));
  return guarded.get(address) || address;
};

export const guardWorkers = (hook: Hook, realm: Realm): void => {
  hook("URL", "createObjectURL", (native, self, args) => {
    const address = apply(native, self, args);
    blobs.set(address, args[0]);
    return address;
  });
  hook("URL", "revokeObjectURL", (native, self, args) => {
    apply(native, self, args);
    apply(revokeObjectURL, URL, [guarded.get(args[0])]);
    blobs.delete(args[0]);
    guarded.delete(args[0]);
  });
  hookConstructors(realm, "Worker SharedWorker", ([address, ...rest]) => [withGuard(`${address}`), ...rest]);
};
