// Runs in every realm of a watched page before its first line: notes the use of cookies, storage and of what tells
// browsers apart, and changes nothing that the page does. BINDING is filled in by targets.py.
//
// Everything that is used after the page's own code may have run is taken beforehand (the page can replace
// JSON.stringify, Map.prototype.get, ...), and nothing of ours stays within its reach: the binding is taken off the
// global, wrappers look native to toString. A page that compares stacks of errors can still tell that it is watched.
(() => {
  "use strict";
  const tell = globalThis[BINDING];
  delete globalThis[BINDING];
  if (typeof tell !== "function") return;

  const { apply, construct, defineProperty, deleteProperty, getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect;
  const { get: valueIn, has: isIn, set: setIn } = Reflect;
  const { create } = Object;
  const { Map, WeakMap, WeakSet, Set, Error, URL, Promise, Proxy } = globalThis;
  const quote = JSON.stringify;
  const { get: mapGet, set: mapSet } = Map.prototype;
  const { get: weakGet, set: weakSet } = WeakMap.prototype;
  const { add: setAdd } = Set.prototype;
  const setSize = getOwnPropertyDescriptor(Set.prototype, "size").get;
  const { add: bagAdd, has: bagHas } = WeakSet.prototype;
  const { slice, indexOf, trim } = String.prototype;
  const { exec } = RegExp.prototype;
  const { then } = Promise.prototype;
  const clock = Date.now;
  // Asked only when needed: a worker that is held before its script came has no location yet, and Chromium crashes.
  const own = (name) => {
    for (let holder = globalThis; holder; holder = getPrototypeOf(holder)) {
      const get = getOwnPropertyDescriptor(holder, name)?.get;
      if (get) return get;
    }
    return () => undefined;
  };
  const [locationOf, originOf] = [own("location"), own("origin")];

  const REPORTS = 3000; // of one realm; the rest is counted, not told
  const AGAIN = 250; // milliseconds before the same thing is told again
  const TEXT = 1024;
  let left = REPORTS;
  const seen = new Map();

  const cut = (text, length = TEXT) => (text.length > length ? apply(slice, text, [0, length]) : text);
  const plain = (value) => {
    // A page's object may have a toString with effects; ours would call it a second time.
    if (typeof value === "string") return cut(value);
    return typeof value === "number" || typeof value === "boolean" ? cut("" + value) : "";
  };

  const stack = () => {
    const { stackTraceLimit, prepareStackTrace } = Error;
    Error.stackTraceLimit = 25;
    Error.prepareStackTrace = undefined;
    try {
      const text = new Error().stack;
      return typeof text === "string" ? cut(text, 6000) : "";
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
      if (prepareStackTrace === undefined) delete Error.prepareStackTrace;
      else Error.prepareStackTrace = prepareStackTrace;
    }
  };

  const where = () => {
    const { href } = apply(locationOf, globalThis, []);
    return apply(slice, href, [0, 6]) === "about:" ? `${apply(originOf, globalThis, [])}/` : cut(href);
  };

  // Says that something happened, unless the same was said a moment ago. `key` is what makes it the same.
  const note = (kind, key, value = "", detail = "") => {
    const now = clock();
    const id = `${kind} ${key} ${kind === "store" ? value : ""}`;
    let last = apply(mapGet, seen, [id]);
    if (last !== undefined && now - last.at < AGAIN && now >= last.at) {
      last.times += 1;
      return;
    }
    if (left <= 0) return;
    left -= 1;
    if (left === 0) kind = "capped";
    if (last === undefined) apply(mapSet, seen, [id, (last = { __proto__: null, at: now, times: 0 })]);
    const times = last.times + 1;
    last.at = now;
    last.times = 0;
    tell(
      `[${quote(kind)},${quote(key)},${quote(value)},${quote(detail)},${times},${quote(stack())},${quote(where())},${now}]`,
    );
  };

  // Wrappers. `after` sees what the call was made on, with what, and what came of it.
  const originals = new WeakMap();
  const quietly = (after, self, values, result) => {
    try {
      after(self, values, result);
    } catch {
      // A watcher must not break what it watches.
    }
  };
  const disguise = (wrapper, native) => {
    defineProperty(wrapper, "length", { value: native.length, configurable: true });
    defineProperty(wrapper, "name", { value: native.name, configurable: true });
    apply(weakSet, originals, [wrapper, native]);
    return wrapper;
  };
  const wrapped = (native, after) =>
    disguise(
      {
        call(...values) {
          const result = apply(native, this, values);
          quietly(after, this, values, result);
          return result;
        },
      }.call,
      native,
    );
  const prototype = (name) => globalThis[name]?.prototype;
  const method = (name, member, after) => {
    const owner = prototype(name);
    const own = owner && getOwnPropertyDescriptor(owner, member);
    if (typeof own?.value === "function") defineProperty(owner, member, { ...own, value: wrapped(own.value, after) });
  };
  const methods = (name, members, after) => {
    for (const member of members) method(name, member, (self, values, result) => after(member, self, values, result));
  };
  const getter = (name, member, after) => {
    const owner = prototype(name);
    const own = owner && getOwnPropertyDescriptor(owner, member);
    if (own?.get) defineProperty(owner, member, { ...own, get: wrapped(own.get, after) });
  };
  const getting = (name, member) => {
    const owner = prototype(name);
    const get = owner && getOwnPropertyDescriptor(owner, member)?.get;
    return get ? (self) => apply(get, self, []) : () => undefined;
  };
  const { toString } = Function.prototype;
  const native = { toString() { return apply(toString, apply(weakGet, originals, [this]) ?? this, []); } }.toString;
  defineProperty(Function.prototype, "toString", {
    value: disguise(native, toString),
    writable: true,
    configurable: true,
  });

  // Cookies.
  const jar = prototype("Document") && getOwnPropertyDescriptor(Document.prototype, "cookie");
  const REMOVAL = /^[^=]*=;|max-age=\s*(?:0|-)|expires=[^;]*\b19[67]\d/i;
  if (jar) {
    const visible = (document, line) => {
      const end = apply(indexOf, line, [";"]);
      const pair = end < 0 ? line : apply(slice, line, [0, end]);
      return apply(indexOf, apply(jar.get, document, []), [apply(trim, pair, [])]) >= 0;
    };
    defineProperty(Document.prototype, "cookie", {
      ...jar,
      get: wrapped(jar.get, (_, __, result) => note("cookie-read", "", cut(result, 8192))),
      set: wrapped(jar.set, (document, [given]) => {
        const line = plain(given);
        const end = apply(indexOf, line, ["="]);
        const removal = apply(exec, REMOVAL, [line]) !== null;
        const key = `${apply(slice, line, [0, end < 0 ? 0 : end])}${removal ? ";" : ""}`;
        note("cookie-set", key, line, removal || visible(document, line) ? "" : "gone");
      }),
    });
  }
  const settled = (result, done) => apply(then, result, [() => done(""), (error) => done(cut(`${error?.message}`))]);
  methods("CookieStore", ["set", "delete"], (member, _, values, result) => {
    const first = typeof values[0] === "object" && values[0] !== null ? values[0] : { name: values[0], value: values[1] };
    const said = (name) => quote(plain(first[name]));
    const line = `{"name":${said("name")},"value":${said("value")},"domain":${said("domain")},"path":${said("path")},`
      + `"sameSite":${said("sameSite")},"expires":${said("expires")},"partitioned":${said("partitioned")}}`;
    settled(result, (refused) => note(`cookie-store-${member}`, plain(first.name), line, refused));
  });
  methods("CookieStore", ["get", "getAll"], (_, __, values, result) => {
    apply(then, result, [(found) => {
      const names = found === null ? [] : found.length === undefined ? [found] : found;
      let line = "";
      for (let at = 0; at < names.length; at += 1) line += `${plain(names[at].name)}=;`;
      note("cookie-store-read", plain(values[0]), cut(line, 8192));
    }, () => {}]);
  });

  // The moment of a choice: what a page did before the visitor's click belongs to the state before it.
  if (globalThis.document) addEventListener("click", ({ isTrusted }) => isTrusted && note("click", ""), true);

  // Storage. The page may put something of its own in the place of sessionStorage, so the browser's is asked for.
  const ofSession = getOwnPropertyDescriptor(globalThis, "sessionStorage")?.get;
  const area = (self) => {
    try {
      return self === apply(ofSession, globalThis, []) ? "sessionStorage" : "localStorage";
    } catch {
      return "localStorage";
    }
  };
  const store = (where, op, key, value = "", got = true) =>
    note("store", key, `${where} ${op}`, `${got ? "+" : "-"}${cut(value)}`);

  // Used as an object (`localStorage.theme`, `"theme" in localStorage`) storage has no method to hook, so the page is
  // given a stand-in for it. Whatever of the browser's takes a storage object is given the real one, and what gives one
  // gives the stand-in: it is the same to `===`. Another realm's hooks know a stand-in by our secret name.
  const { getItem } = prototype("Storage") ?? {};
  const lengthOf = getOwnPropertyDescriptor(prototype("Storage") ?? {}, "length")?.get;
  const reals = new WeakMap();
  const standIns = new WeakMap();
  const isReal = (one) => {
    try {
      apply(lengthOf, one, []);
      return true;
    } catch {
      return false;
    }
  };
  const real = (one) => {
    const own = apply(weakGet, reals, [one]);
    if (own !== undefined || isReal(one)) return own ?? one;
    try {
      return isReal(one[BINDING]) ? one[BINDING] : one;
    } catch {
      return one;
    }
  };
  const standIn = (storage, where) => {
    const known = apply(weakGet, standIns, [storage]);
    if (known !== undefined || !isReal(storage)) return known ?? storage;
    const used = (op, name, value, got) => {
      if (typeof name === "string") quietly(() => store(where, op, cut(name), value, got));
    };
    const made = new Proxy(storage, {
      __proto__: null,
      get(_, name, receiver) {
        if (name === BINDING) return storage;
        const value = valueIn(storage, name, receiver);
        // What the prototype has is no string: what is one was stored.
        if (value === undefined || typeof value === "string") used("get", name, "", value !== undefined);
        return value;
      },
      has(_, name) {
        const found = isIn(storage, name);
        const stored = typeof name === "string" && apply(getItem, storage, [name]) !== null;
        if (stored || !found) used("get", name, "", stored);
        return found;
      },
      set(_, name, value, receiver) {
        if (receiver !== made) return setIn(storage, name, value, receiver);
        const done = setIn(storage, name, value, storage);
        used("set", name, plain(value));
        return done;
      },
      defineProperty(_, name, how) {
        const done = defineProperty(storage, name, how);
        used("set", name, plain(how.value));
        return done;
      },
      deleteProperty(_, name) {
        used("remove", name);
        return deleteProperty(storage, name);
      },
      // Asked for by whoever lists names too, of each: so what it gives counts for no read of the value.
      getOwnPropertyDescriptor: (_, name) => getOwnPropertyDescriptor(storage, name),
      ownKeys() {
        used("list", "");
        return ownKeys(storage);
      },
    });
    apply(weakSet, reals, [made, storage]);
    apply(weakSet, standIns, [storage, made]);
    return made;
  };
  const onStorage = (native, after) =>
    disguise(
      {
        call(...values) {
          const self = real(this);
          const result = apply(native, self, values);
          quietly(after, self, values, result);
          return result;
        },
      }.call,
      native,
    );
  for (const [member, after] of [
    ["getItem", (self, [key], found) => store(area(self), "get", plain(key), "", found !== null)],
    ["setItem", (self, [key, value]) => store(area(self), "set", plain(key), plain(value))],
    ["removeItem", (self, [key]) => store(area(self), "remove", plain(key))],
    ["clear", (self) => store(area(self), "clear", "")],
    ["key", (self) => store(area(self), "list", "")],
    ["length", () => {}],
  ]) {
    const own = getItem && getOwnPropertyDescriptor(Storage.prototype, member);
    const part = own?.get ? "get" : "value";
    if (own) defineProperty(Storage.prototype, member, { ...own, [part]: onStorage(own[part], after) });
  }
  const giving = (holder, member, where) => {
    const own = getOwnPropertyDescriptor(holder, member);
    if (!own?.get) return;
    const give = { get() { const storage = apply(own.get, this, []); return standIn(storage, where(storage)); } }.get;
    defineProperty(holder, member, { ...own, get: disguise(give, own.get) });
  };
  giving(globalThis, "localStorage", () => "localStorage");
  giving(globalThis, "sessionStorage", () => "sessionStorage");

  const storageEvent = globalThis.StorageEvent;
  if (storageEvent) {
    const events = storageEvent.prototype;
    giving(events, "storageArea", area);
    const init = getOwnPropertyDescriptor(events, "initStorageEvent");
    const initialise = {
      call(...values) {
        if (values.length > 7) values[7] = real(values[7]);
        return apply(init.value, this, values);
      },
    }.call;
    defineProperty(events, "initStorageEvent", { ...init, value: disguise(initialise, init.value) });
    const made = new Proxy(storageEvent, {
      __proto__: null,
      construct(_, values, target) {
        const given = values[1];
        const named = given !== null && typeof given === "object" ? given.storageArea : undefined;
        const theirs = real(named);
        if (theirs !== named) values[1] = create(given, { __proto__: null, storageArea: { __proto__: null, value: theirs } });
        return construct(storageEvent, values, target);
      },
    });
    apply(weakSet, originals, [made, storageEvent]);
    defineProperty(globalThis, "StorageEvent", { ...getOwnPropertyDescriptor(globalThis, "StorageEvent"), value: made });
    defineProperty(events, "constructor", { ...getOwnPropertyDescriptor(events, "constructor"), value: made });
  }

  const DATABASE = "IndexedDB";
  const databaseOf = getting("IDBTransaction", "db");
  const databaseName = getting("IDBDatabase", "name");
  const storeName = getting("IDBObjectStore", "name");
  const transactionOf = getting("IDBObjectStore", "transaction");
  const inDatabase = (self) => `${databaseName(databaseOf(transactionOf(self)))}/${storeName(self)}`;
  method("IDBFactory", "open", (_, [name]) => store(DATABASE, "open", plain(name)));
  method("IDBFactory", "deleteDatabase", (_, [name]) => store(DATABASE, "remove", plain(name)));
  method("IDBFactory", "databases", () => store(DATABASE, "list", ""));
  const objects = (members, op) => methods("IDBObjectStore", members, (_, self) => store(DATABASE, op, inDatabase(self)));
  objects(["put", "add"], "set");
  objects(["get", "getAll", "getKey", "getAllKeys", "openCursor", "openKeyCursor"], "get");
  objects(["delete"], "remove");
  objects(["clear"], "clear");

  const CACHE = "Cache Storage";
  const requestUrl = getting("Request", "url");
  const address = (given) => plain(given) || plain(requestUrl(given));
  const cacheNames = new WeakMap();
  const cacheOf = (self) => plain(apply(weakGet, cacheNames, [self]));
  method("CacheStorage", "open", (_, [name], result) => {
    store(CACHE, "open", plain(name));
    apply(then, result, [(cache) => apply(weakSet, cacheNames, [cache, plain(name)]), () => {}]);
  });
  method("CacheStorage", "delete", (_, [name]) => store(CACHE, "remove", plain(name)));
  methods("CacheStorage", ["has", "keys"], () => store(CACHE, "list", ""));
  method("CacheStorage", "match", (_, [request]) => store(CACHE, "get", "", address(request)));
  const cached = (members, op) =>
    methods("Cache", members, (_, self, [request]) => store(CACHE, op, cacheOf(self), address(request)));
  cached(["put", "add"], "set");
  method("Cache", "addAll", (self, [requests]) => store(CACHE, "set", cacheOf(self), address(requests[0])));
  cached(["match", "matchAll", "keys"], "get");
  cached(["delete"], "remove");

  const FILES = "OPFS";
  const handleName = getting("FileSystemHandle", "name");
  method("StorageManager", "getDirectory", () => store(FILES, "open", "/"));
  methods("FileSystemDirectoryHandle", ["getFileHandle", "getDirectoryHandle"], (_, __, [name, options]) =>
    store(FILES, options?.create ? "set" : "get", plain(name)));
  method("FileSystemDirectoryHandle", "removeEntry", (_, [name]) => store(FILES, "remove", plain(name)));
  methods("FileSystemFileHandle", ["createWritable", "createSyncAccessHandle"], (_, self) =>
    store(FILES, "set", plain(handleName(self))));
  method("FileSystemFileHandle", "getFile", (self) => store(FILES, "get", plain(handleName(self))));

  method("ServiceWorkerContainer", "register", (_, [script]) => {
    const base = globalThis.document ? document.baseURI : where();
    store("service worker", "set", cut(new URL(typeof script === "string" ? script : `${script}`, base).href));
  });
  methods("ServiceWorkerContainer", ["getRegistration", "getRegistrations"], () => store("service worker", "list", ""));

  // What tells browsers apart. A probe is told as it is; whether it is a fingerprint is judged elsewhere.
  const probe = (api, detail, more = "") => note("probe", `${api} ${detail}`, api, more ? `${detail} ${more}` : detail);
  const drawn = new WeakSet(); // canvases that text was drawn on: what draws letters can tell fonts and drivers apart
  const canvasOf = getting("CanvasRenderingContext2D", "canvas");
  const offscreenOf = getting("OffscreenCanvasRenderingContext2D", "canvas");
  const sizes = {
    HTMLCanvasElement: [getting("HTMLCanvasElement", "width"), getting("HTMLCanvasElement", "height")],
    OffscreenCanvas: [getting("OffscreenCanvas", "width"), getting("OffscreenCanvas", "height")],
  };
  const readBack = (member, canvas, kind) => {
    const [width, height] = sizes[kind];
    const text = apply(bagHas, drawn, [canvas]) ? " with text" : "";
    probe("canvas", member, `${width(canvas)}x${height(canvas)}${text}`);
  };
  for (const [context, kind, of] of [
    ["CanvasRenderingContext2D", "HTMLCanvasElement", canvasOf],
    ["OffscreenCanvasRenderingContext2D", "OffscreenCanvas", offscreenOf],
  ]) {
    methods(context, ["fillText", "strokeText"], (_, self) => apply(bagAdd, drawn, [of(self)]));
    method(context, "getImageData", (self) => readBack("getImageData", of(self), kind));
    const font = getting(context, "font");
    const fonts = new Set();
    method(context, "measureText", (self) => {
      if (apply(setSize, fonts, []) < 200) apply(setAdd, fonts, [font(self)]);
      const count = apply(setSize, fonts, []);
      if (count === 10 || count === 50) probe("fonts", "measureText", `of ${count} fonts`);
    });
  }
  methods("HTMLCanvasElement", ["toDataURL", "toBlob"], (member, self) => readBack(member, self, "HTMLCanvasElement"));
  method("OffscreenCanvas", "convertToBlob", (self) => readBack("convertToBlob", self, "OffscreenCanvas"));

  const MASKED = { __proto__: null, 7936: "VENDOR", 7937: "RENDERER", 37445: "UNMASKED_VENDOR", 37446: "UNMASKED_RENDERER" };
  for (const context of ["WebGLRenderingContext", "WebGL2RenderingContext"]) {
    method(context, "getParameter", (_, [name]) => MASKED[name] && probe("webgl", MASKED[name]));
    methods(context, ["readPixels", "getSupportedExtensions", "getShaderPrecisionFormat"], (member) => probe("webgl", member));
  }

  method("OfflineAudioContext", "startRendering", () => probe("audio", "startRendering"));
  methods("AnalyserNode", ["getFloatFrequencyData", "getByteFrequencyData"], (member) => probe("audio", member));

  method("FontFaceSet", "check", () => probe("fonts", "check"));
  const styleOf = getting("HTMLElement", "style");
  const valueOf = prototype("CSSStyleDeclaration")?.getPropertyValue;
  const families = new Set();
  let looks = 3000; // these getters are hot: after so many the page measures for its layout, or has told enough
  for (const member of ["offsetWidth", "offsetHeight"]) {
    getter("HTMLElement", member, (self) => {
      if ((looks -= 1) < 0) return;
      const family = apply(valueOf, styleOf(self), ["font-family"]);
      if (family !== "") apply(setAdd, families, [family]);
      const count = apply(setSize, families, []);
      if (family !== "" && (count === 10 || count === 50)) probe("fonts", member, `of ${count} fonts`);
    });
  }

  for (const [api, name, members] of [
    ["battery", "Navigator", ["getBattery"]],
    ["devices", "MediaDevices", ["enumerateDevices"]],
    ["devices", "Navigator", ["getGamepads", "requestMediaKeySystemAccess"]],
    ["devices", "Keyboard", ["getLayoutMap"]],
    ["devices", "GPU", ["requestAdapter"]],
    ["voices", "SpeechSynthesis", ["getVoices"]],
    ["agent", "NavigatorUAData", ["getHighEntropyValues"]],
  ]) {
    methods(name, members, (member) => probe(api, member));
  }
  for (const member of ["plugins", "mimeTypes"]) getter("Navigator", member, () => probe("enumeration", member));

  const ICE = "RTCPeerConnection";
  const configuration = prototype(ICE)?.getConfiguration;
  methods(ICE, ["createOffer", "createDataChannel"], (member, self) => {
    if (member === "createOffer") probe("webrtc", member);
    const servers = apply(configuration, self, []).iceServers;
    for (let at = 0; at < servers.length; at += 1) {
      const urls = servers[at].urls;
      const first = typeof urls === "string" ? urls : urls[0];
      note("webrtc", plain(first));
    }
    if (servers.length === 0) note("webrtc", "");
  });

  // Each of these alone is harmless; what reads many of them is counted by the collector, by script.
  const SURROUNDINGS = {
    Navigator: ["userAgent", "platform", "language", "languages", "hardwareConcurrency", "deviceMemory", "maxTouchPoints",
      "vendor", "productSub", "oscpu", "doNotTrack", "cookieEnabled", "webdriver", "connection", "pdfViewerEnabled"],
    WorkerNavigator: ["userAgent", "platform", "language", "languages", "hardwareConcurrency", "deviceMemory"],
    Screen: ["width", "height", "availWidth", "availHeight", "colorDepth", "pixelDepth", "orientation"],
  };
  for (const name in SURROUNDINGS) {
    for (const member of SURROUNDINGS[name]) getter(name, member, () => note("surroundings", `${name}.${member}`));
  }
  method("Date", "getTimezoneOffset", () => note("surroundings", "Date.getTimezoneOffset"));
  const zones = Intl.DateTimeFormat.prototype;
  const resolved = getOwnPropertyDescriptor(zones, "resolvedOptions");
  defineProperty(zones, "resolvedOptions", {
    ...resolved,
    value: wrapped(resolved.value, () => note("surroundings", "Intl.DateTimeFormat.resolvedOptions")),
  });
})();
