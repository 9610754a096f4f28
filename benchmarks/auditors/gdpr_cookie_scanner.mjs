// Runs @slashgear/gdpr-cookie-scanner over many pages, several at once, by its own `scan`.
// It has no option for the browser to drive, so Playwright's launch gets it from here.
import { readFileSync } from "node:fs";
import { chromium } from "playwright";

const task = JSON.parse(readFileSync(0, "utf8"));
const launch = chromium.launch.bind(chromium);
chromium.launch = (options) =>
  launch({ ...options, executablePath: task.browser, args: [...(options.args ?? []), ...task.arguments] });
const { scan } = await import("@slashgear/gdpr-cookie-scanner");

const items = [];
const failed = [];
const told = new Map();
const note = (url, state, cookies, requests) => {
  for (const cookie of cookies) items.push([url, state, "cookie", cookie.name]);
  for (const request of requests) if (request.isThirdParty) items.push([url, state, "host", new URL(request.url).hostname]);
};
const queue = [...task.urls];
const work = async () => {
  for (let url = queue.shift(); url; url = queue.shift()) {
    try {
      const result = await scan(url, { locale: "fr-FR" });
      note(url, "before", result.cookiesBeforeInteraction, result.networkBeforeInteraction);
      if (result.modal.buttons.some((button) => button.type === "reject"))
        note(url, "refused", result.cookiesAfterReject, result.networkAfterReject);
      for (const issue of result.compliance.issues) told.set(issue.type, (told.get(issue.type) ?? 0) + 1);
    } catch (error) {
      failed.push(`${url}: ${error}`);
    }
  }
};
await Promise.all(Array.from({ length: task.at_once }, work));
console.log(JSON.stringify({ items, failed, told: [...told].map(([type, pages]) => `${type}: ${pages} times`) }));
