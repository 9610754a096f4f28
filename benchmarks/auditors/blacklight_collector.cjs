// Runs @themarkup/blacklight-collector over many pages, several at once, by its own `collect`: each page by itself
// (numPages 0), in the browser that its option names, and otherwise as it is set up.
const { mkdtempSync, readFileSync, rmSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const { collect } = require("@themarkup/blacklight-collector");

const task = JSON.parse(readFileSync(0, "utf8"));
const items = [];
const failed = [];
const told = new Map();
const queue = [...task.urls];

const work = async () => {
  for (let url = queue.shift(); url; url = queue.shift()) {
    const outDir = mkdtempSync(join(tmpdir(), "blacklight-"));
    try {
      const result = await collect(url, {
        outDir,
        numPages: 0,
        puppeteerExecutablePath: task.browser,
        extraChromiumArgs: ["--disable-features=TrackingProtection3pcd", ...task.arguments],
      });
      if (result.status === "failed") throw new Error(JSON.stringify(result.page_response));
      for (const cookie of result.reports.cookies ?? []) items.push([url, "before", "cookie", cookie.name]);
      for (const host of result.hosts.requests.third_party) items.push([url, "before", "host", host]);
      for (const [test, report] of Object.entries(result.reports)) {
        const count = Array.isArray(report) ? report.length : Object.keys(report ?? {}).length;
        if (count) told.set(test, (told.get(test) ?? 0) + 1);
      }
    } catch (error) {
      failed.push(`${url}: ${error}`);
    } finally {
      rmSync(outDir, { recursive: true, force: true });
    }
  }
};

(async () => {
  await Promise.all(Array.from({ length: task.at_once }, work));
  const lines = [...told].map(([test, pages]) => `${test}: on ${pages} pages`);
  process.stdout.write(`\n${JSON.stringify({ items, failed, told: lines })}\n`, () => process.exit(0));
})();
