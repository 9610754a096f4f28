/** The hosts that may be contacted. */
import { given } from "./given";

const { pattern, rules } = given;

const allows = (text: string, address: string): boolean => {
  const [, name, port, path] = /^(\[.+?\]|[^:/]+)(:\d+)?\/?(.*)/.exec(text)!;
  return RegExp(
    `^${pattern(name!, ".+")}${port || ":\\d+"}/${path && `${pattern(path, "\\*")}(/|$)`}`,
  ).test(address);
};

/** Whether a request to this address is allowed; what is no address goes nowhere and is. */
export const allowedUrl = (address: string): boolean => {
  try {
    const url = new URL(address);
    const port = url.port || (url.protocol == "http:" ? 80 : 443);
    return (
      url.origin == origin || rules.h.some((text) => allows(text, `${url.hostname}:${port}${url.pathname}`))
    );
  } catch {
    return true;
  }
};
