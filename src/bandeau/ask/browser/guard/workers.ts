/** Workers made of a blob start with this script; those that come from the server get it there. */
import { apply, hookConstructors, type Hook, type Realm } from "./hook";
import { source } from "./rules";

/** The blob of each address, or, once a worker was made of it, the address of the blob with the guard in front. */
const blobs = new Map<string, Blob | string>();
const { createObjectURL, revokeObjectURL } = URL;

/** The guard stands on the blob's own first line, so that line numbers stay. */
const withGuard = (address: string): string => {
  let found = blobs.get(address);
  if (typeof found == "object")
    blobs.set(address, (found = apply(createObjectURL, URL, [new Blob([source(), found], found)]) as string));
  return found || address;
};

export const guardWorkers = (hook: Hook, realm: Realm): void => {
  hook("URL", "createObjectURL", (native, self, args) => {
    const address = apply(native, self, args);
    blobs.set(address, args[0]);
    return address;
  });
  hook("URL", "revokeObjectURL", (native, self, args) => {
    apply(native, self, args);
    apply(revokeObjectURL, URL, [blobs.get(args[0])]);
    blobs.delete(args[0]);
  });
  hookConstructors(realm, "Worker SharedWorker", ([address, ...rest]) => [withGuard(`${address}`), ...rest]);
};
