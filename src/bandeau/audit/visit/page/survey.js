// Runs in a world of its own at the end of a state, in every document: what lies there, and where it leads. The page's
// own code sees nothing of it, and the hooks do not count it. Gives JSON; every list is bounded.
(async () => {
  const MANY = 500;
  const cut = (text, length = 1024) => String(text).slice(0, length);
  const within = (work) =>
    Promise.race([work, new Promise((done) => setTimeout(done, 2000, []))]).catch(() => []);
  const attempt = (work) => {
    try {
      return work();
    } catch {
      return []; // a sandboxed frame has no storage
    }
  };
  const entries = (name) =>
    attempt(() => Object.entries(window[name]).slice(0, MANY).map(([key, value]) => [cut(key), cut(value)]));
  const files = async (folder, path, found) => {
    for await (const [name, handle] of folder.entries()) {
      if (found.length >= MANY) break;
      if (handle.kind === "directory") await files(handle, `${path}${name}/`, found);
      else found.push(cut(path + name));
    }
    return found;
  };
  const attributes = (selector, name, length) =>
    [...document.querySelectorAll(selector)].slice(0, length).map((element) => cut(element[name], 2048));
  const [databases, caches, stored, workers] = await Promise.all([
    within(attempt(async () => (await indexedDB.databases()).map(({ name }) => cut(name)))),
    within(attempt(async () => (await window.caches.keys()).map((name) => cut(name)))),
    within(attempt(async () => files(await navigator.storage.getDirectory(), "", []))),
    within(attempt(async () =>
      (await navigator.serviceWorker.getRegistrations()).map(({ scope, active, waiting, installing }) =>
        [cut(scope), cut((active ?? waiting ?? installing)?.scriptURL ?? "")]))),
  ]);
  return JSON.stringify({
    origin: self.origin,
    url: cut(location.href, 2048),
    title: cut(document.title, 300),
    language: cut(document.documentElement?.lang ?? "", 35),
    local: entries("localStorage"),
    session: entries("sessionStorage"),
    databases: databases.slice(0, MANY),
    caches: caches.slice(0, MANY),
    files: stored,
    workers: workers.slice(0, MANY),
    links: attributes("a[href]", "href", 2 * MANY),
    preconnect: attributes("link[rel~=preconnect i]", "href", MANY),
    prefetch: attributes("link[rel~=dns-prefetch i]", "href", MANY),
  });
})()
