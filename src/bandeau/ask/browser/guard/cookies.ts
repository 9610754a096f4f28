/** Cookies that script can see: `document.cookie` and the Cookie Store. */
import { apply, type Hook } from "./hook";
import { heldCookie, purging } from "./rules";

/** A cookie's name, as RFC 6265bis reads it; a cookie without `=` has none. */
export const nameOf = (cookie: string): string => /^([^;=]*)=/.exec(cookie)?.[1]!.trim() ?? "";

const shown = (list: { name: string }[]): { name: string }[] => list.filter(({ name }) => !heldCookie(name));

/** What of a held cookie may be written: its end, never its value. */
const expiry = (cookie: string): string =>
  `${nameOf(cookie)}=${(/;.*/s.exec(cookie) || "") + ";max-age=0"}`.replace(/[\0-\x1f]/g, "");

export const guardCookies = (hook: Hook): void => {
  hook(
    "Document",
    "cookie",
    (native, self) =>
      apply(native, self, [])
        .split("; ")
        .filter((cookie: string) => !heldCookie(nameOf(cookie)))
        .join("; "),
    "get",
  );
  hook(
    "Document",
    "cookie",
    (native, self, [value]) => {
      value += "";
      if (!heldCookie(nameOf(value))) apply(native, self, [value]);
      else if (purging || /(max-age|expires)\s*=/i.test(value)) apply(native, self, [expiry(value)]);
    },
    "set",
  );
  hook("CookieStore", "getAll", async (native, self, args) => shown(await apply(native, self, args)));
  hook("CookieStore", "get", async (native, self, args) => {
    const cookie = await apply(native, self, args);
    return cookie && heldCookie(cookie.name) ? null : cookie;
  });
  hook("CookieStore", "set", async (native, self, args) => {
    if (!heldCookie(args[0]?.name ?? args[0])) await apply(native, self, args);
  });
  hook(
    "CookieChangeEvent ExtendableCookieChangeEvent",
    "changed deleted",
    (native, self) => shown(apply(native, self, [])),
    "get",
  );
};
