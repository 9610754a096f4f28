/** What is allowed, as the server wrote it into this page: names and hosts, nothing else. */

/** The function that this whole script is, and the argument it is called with: the build puts both around it. */
declare const GUARD: () => void;
declare const RULES: {
  /** Cookie patterns, the most specific first, and whether they are allowed. */
  c: [string, 0 | 1][];
  /** The same for storage keys and the names of databases, caches, buckets and files. */
  s: [string, 0 | 1][];
  /** Hosts that may be contacted: `*.` in front, a port and a path prefix behind. */
  h: string[];
  /** Whether the visitor has chosen: then what is held is also erased. */
  p: 0 | 1;
};

export const pattern = (text: string, star: string): string =>
  text.replace(/\W/g, (mark) => (mark == "*" ? star : "\\" + mark));

/**
 * Gives the test "is this name, or what carries it, held?"; the first pattern that matches decides, what matches none
 * is held.
 */
const holder = (rules: [string, 0 | 1][]): ((named: any) => boolean) => {
  // Compiled when the first name is asked for: most pages begin without one.
  let compiled: [RegExp, 0 | 1][] | undefined;
  return (named) => {
    compiled ||= rules.map(([text, allowed]) => [RegExp(`^${pattern(text, "[^]*")}$`), allowed]);
    return !compiled.find(([regexp]) => regexp.test(named?.name ?? named))?.[1];
  };
};

export const heldCookie = holder(RULES.c);
export const heldKey = holder(RULES.s);
export const rules = RULES;

/** This script with its rules, on one line, for a realm that must run it by itself. */
export const source = (): string => `!${GUARD}(${JSON.stringify(RULES).replace(/</g, "\\u003c")});`;
