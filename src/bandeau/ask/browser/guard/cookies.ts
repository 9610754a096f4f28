/** Cookies that script can see: `document.cookie` and the Cookie Store. */
import { apply, changed, type Hook } from "./hook";
import { heldCookie } from "./rules";

/** A cookie's name, as RFC 6265bis reads it; a cookie without `=` has none. */
export const nameOf = (cookie: string): string => /^([^;=]*)=/.exec(cookie)?.[1]!.trim() ?? "";

const shown = (list: unknown[]): unknown[] => list.filter((cookie) => !heldCookie(cookie));

export const guardCookies = (hook: Hook): void => {
  const visible = (text: string) =>
    text
      .split("; ")
      .filter((cookie) => !heldCookie(nameOf(cookie)))
      .join("; ");
  hook("Document", "cookie", changed(visible));
  hook(
    "Document",
    "cookie",
    (native, self, [value]) => {
      value += "";
      if (!heldCookie(nameOf(value))) apply(native, self, [value]);
    },
    true,
  );
  hook("CookieStore", "getAll", changed(async (list) => shown(await list)));
  hook("CookieStore", "get", changed(async (cookie) => ((await cookie) && shown([await cookie])[0]) || null));
  hook("CookieStore", "set", async (native, self, args) => {
    if (!heldCookie(args[0])) await apply(native, self, args);
  });
  hook("CookieChangeEvent ExtendableCookieChangeEvent", "changed deleted", changed(shown));
};
