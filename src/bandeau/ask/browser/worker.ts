/**
 * What the server puts into a service worker of the site, behind the guard: pages that the worker keeps were made for
 * the choice before, and so was the worker itself, which goes on by the rules that it was installed with.
 *
 * Before the answer to a choice is handed on, the pages that Bandeau has changed are taken out of Cache Storage, and
 * nothing else; then the worker is updated. As it is installed anew it fills its cache as it did the first time, and
 * takes over at once from one that was made for another choice, or for none; from one that was made for the same it
 * waits as the site's own would. Pages with another wall that it still finds it takes out.
 */

export {};

/** The wall of the choice that this worker was made for; the server fills it in. */
const WALL = "__BANDEAU_WALL__";
/** What names that choice, and by which build it was written. */
const MARK = "__BANDEAU_MARK__";
const ASKED = "bandeau:made-for";
const PATIENCE = 3000;
const worker: any = self;
const { addEventListener } = worker;
/** Of a global object the attributes are its own (Web IDL, "[Global]"). */
const native = Object.getOwnPropertyDescriptor(worker, "onfetch")!;

/** Only Bandeau says that an answer depends on the signal, or on its key for caches; a page has its wall. */
const isStale = ({ headers }: Response, anyWall: boolean): boolean => {
  const [walls, varies] = ["content-security-policy", "vary"].map((name) => headers.get(name) || "");
  return /sec-gpc|bandeau-variant/i.test(varies!) && (anyWall || !walls!.includes(WALL));
};

/** Takes what is stale out of every cache. */
async function forget(anyWall: boolean): Promise<void> {
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const answer = await cache.match(request, { ignoreVary: true });
      if (answer && isStale(answer, anyWall)) await cache.delete(request, { ignoreVary: true });
    }
  }
}

/** Tells for which choice a worker was made; one that does not answer was there before Bandeau. */
const madeFor = (other: ServiceWorker): Promise<unknown> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    setTimeout(resolve, PATIENCE);
    other.postMessage(ASKED, [port2]);
  });

async function takeOver(): Promise<void> {
  const { active } = worker.registration;
  if (active && (await madeFor(active)) != MARK) worker.skipWaiting();
}

/** The storage may be refused by the browser: the choice is made all the same. */
async function choose(event: any): Promise<Response> {
  const answer = await fetch(event.request);
  await forget(true).catch(() => {});
  event.waitUntil(worker.registration.update().catch(() => {}));
  return answer;
}

const onFetch = (event: any): void => {
  const { method, url } = event.request;
  if (method != "POST" || !/^\/\.bandeau\/(choice|erase)$/.test(url.replace(location.origin, ""))) return;
  event.stopImmediatePropagation();
  event.respondWith(choose(event));
};

/** With a listener to fetches the browser starts the worker for every page; so ours comes only in front of the site's. */
const listen = (): void => {
  delete worker.addEventListener;
  Object.defineProperty(worker, "onfetch", native);
  addEventListener("fetch", onFetch);
};

worker.addEventListener = (...args: any) => {
  if (args[0] == "fetch") listen();
  return addEventListener(...(args as [any, any]));
};
Object.defineProperty(worker, "onfetch", {
  ...native,
  set: (handler) => {
    listen();
    worker.onfetch = handler;
  },
});
addEventListener("message", (event: any) => {
  if (event.data != ASKED) return;
  event.stopImmediatePropagation();
  event.ports[0]?.postMessage(MARK);
});
addEventListener("install", (event: any) => {
  event.waitUntil(forget(false).catch(() => {}));
  event.waitUntil(takeOver());
});
