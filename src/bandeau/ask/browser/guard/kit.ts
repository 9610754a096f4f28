/** What this script and the rest of the guard, a file of its own that runs right after it, know of each other. */
import type { Hook, Realm } from "./hook";

export type Part = (hook: Hook, realm: Realm) => void;

const nothing = (given: any): any => given;

export const kit = {
  /** Each Proxy that this script begins with, and behind it the native that it stands for. */
  natives: [] as any[] | undefined,
  /** What is done to every realm when it is entered. */
  parts: [] as Part[],
  /** The element of this script, once the rest has found it. */
  script: undefined as any,
  /** Is told of every window that has a new page. */
  meet: nothing,
  /** Looks at a node that is inserted. */
  look: nothing,
  /** Puts the guard into what is about to be a frame's page. */
  dress: nothing,
  /** Puts the guard into XML. */
  inXml: nothing,
  /** Chooses between an address of ours and the one that it replaces. */
  trust: ([address]: [any, any]): any => address,
  /** Changes markup that is about to be parsed. */
  clean: nothing,
  /** The element that loads the rest. */
  rest: "",
};
