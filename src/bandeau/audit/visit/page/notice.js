// What the finder of notices sees of one document, and where it clicks. Runs in a world of its own, which the page's
// scripts can neither see nor change; reads, and never writes to the page. Everything is bounded: pages are hostile.
(() => {
  "use strict";
  const MOST = { elements: 60_000, blocks: 40, controls: 80, switches: 200, nodes: 6_000, text: 6_000, links: 800, label: 200 };
  const HINT = /cookie|consent|gdpr|rgpd|dsgvo|(^|[-_])cmp([-_]|$)|privacy-?(banner|notice|manager|center)|traceur|tracker|didomi|onetrust|usercentrics|tarteaucitron/i;
  const BLOCKS = new Set(["block", "flex", "grid", "list-item", "table", "table-row", "flow-root", "table-cell"]);
  const CLICKED = "button,a,summary,[role=button],[role=link],[role=menuitem],[onclick],input[type=button],input[type=submit],input[type=image],input[type=reset]";
  const SWITCHED = "input[type=checkbox],[role=switch],[role=checkbox],[aria-pressed],input[type=radio]";
  const FIELDS = "input[type=email],input[type=password],input[type=tel],input[type=text],input[type=search],input:not([type]),textarea,input[type=date],input[type=number]";

  const things = new Map();
  const numbers = new WeakMap();
  let known = []; // recipes, see bandeau/audit/notices/recipe.py
  const closed = new WeakMap(); // host -> its closed root, as the debugger gave it
  let next = 1;
  let stirred = true; // whether something changed since the last survey, as far as a document tells
  const watch = { subtree: true, childList: true, attributes: true, characterData: true };
  new MutationObserver(() => (stirred = true)).observe(document, watch);

  const number = (element) => {
    if (!numbers.has(element)) {
      numbers.set(element, next);
      things.set(next, new WeakRef(element));
      next += 1;
    }
    return numbers.get(element);
  };
  const thing = (id) => {
    const element = things.get(id)?.deref();
    return element?.isConnected ? element : null;
  };
  // Pages draw their notices anew under a visitor's hand: the successor of what is gone looks the same.
  const faces = new Map();
  const face = (element) => `${element.localName} ${element.id} ${element.getAttribute("class") ?? ""}`;
  const living = (id) => {
    const element = thing(id);
    const old = faces.get(id);
    if (element || !old) return element;
    for (const one of walk(document.documentElement)) {
      if (one instanceof Element && face(one) === old.face && (old.text === null || labelOf(one) === old.text) && seen(one)) {
        things.set(id, new WeakRef(one));
        return one;
      }
    }
    return null;
  };
  const rootOf = (element) => element.shadowRoot ?? closed.get(element) ?? null;
  const above = (element) => {
    if (element.assignedSlot) return element.assignedSlot;
    if (element.parentElement) return element.parentElement;
    const root = element.getRootNode();
    return root instanceof ShadowRoot ? root.host : null;
  };
  const within = (outer, inner) => {
    for (let one = inner; one; one = above(one)) if (one === outer) return true;
    return false;
  };
  const below = (element) => {
    const root = rootOf(element);
    if (root) return root.childNodes;
    if (element instanceof HTMLSlotElement) {
      const assigned = element.assignedNodes();
      if (assigned.length) return assigned;
    }
    return element.childNodes;
  };

  // Every element below, shadow trees included, in the order of the document.
  function* walk(from, most = MOST.elements) {
    const stack = [from];
    for (let seen = 0; stack.length && seen < most; seen += 1) {
      const element = stack.pop();
      yield element;
      const kids = [...(element.children ?? [])];
      const root = rootOf(element);
      if (root) kids.unshift(...root.children);
      for (let at = kids.length - 1; at >= 0; at -= 1) stack.push(kids[at]);
    }
  }
  const select = function* (from, selector, most) {
    let found = 0;
    for (const element of walk(from)) {
      if (element !== from && element.matches(selector)) {
        yield element;
        found += 1;
        if (found >= most) return;
      }
    }
  };

  const shown = (element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true });
  const boxOf = (element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return { x, y, width, height };
  };
  const drawn = (element) => {
    const { width, height } = element.getBoundingClientRect();
    return width > 1 && height > 1 && shown(element);
  };
  const onScreen = (box) =>
    box.width > 1 && box.height > 1 && box.x < innerWidth && box.y < innerHeight && box.x + box.width > 0 && box.y + box.height > 0;
  // Whether a reader can see some of it: a shell of no height may have children that stand out of it.
  const seen = (element) => {
    if (!element.checkVisibility({ visibilityProperty: false })) return false;
    if (drawn(element)) return true;
    let looked = 0;
    for (const one of walk(element, 60)) {
      looked += 1;
      if (one !== element && drawn(one)) return true;
    }
    return false;
  };

  // The words that a reader sees, a line a block.
  const lines = (from, most = MOST.text) => {
    const out = [];
    let line = "";
    let length = 0;
    let nodes = 0;
    const put = (text) => {
      if (length < most) {
        line += text;
        length += text.length;
      }
    };
    const end = () => {
      const told = line.replace(/\s+/g, " ").trim();
      if (told) out.push(told);
      line = "";
    };
    const visit = (node) => {
      nodes += 1;
      if (nodes > MOST.nodes || length >= most) return;
      if (node.nodeType === Node.TEXT_NODE) {
        put(node.data.slice(0, most));
        return;
      }
      if (node.nodeType !== Node.ELEMENT_NODE || /^(script|style|noscript|template|option|iframe)$/i.test(node.localName)) return;
      const style = getComputedStyle(node);
      if (style.display === "none" || (style.display !== "contents" && !shown(node) && !rootOf(node))) return;
      const block = BLOCKS.has(style.display) || node.localName === "br" || /^(button|li|p|h\d|label)$/.test(node.localName);
      if (block) end();
      else put(/^inline-/.test(style.display) ? " " : "");
      const kids = below(node);
      if (node instanceof HTMLInputElement) put(/^(button|submit|reset)$/.test(node.type) ? node.value : "");
      else if (node instanceof HTMLImageElement) put(` ${node.alt} `);
      else for (const kid of kids) visit(kid);
      if (node.matches(CLICKED) && !node.textContent.trim() && !rootOf(node)) put(` ${node.getAttribute("aria-label") ?? node.title ?? ""} `);
      if (block) end();
    };
    visit(from);
    end();
    return out;
  };

  const named = (element) => {
    const own = element.getAttribute("aria-label");
    if (own?.trim()) return own;
    const root = element.getRootNode();
    const ids = element.getAttribute("aria-labelledby")?.split(/\s+/) ?? [];
    const told = ids.map((id) => root.getElementById?.(id)?.textContent ?? "").join(" ");
    return told.trim() ? told : "";
  };
  const cut = (text) => text.replace(/\s+/g, " ").trim().slice(0, MOST.label);
  const labelOf = (element) => {
    const text = element instanceof HTMLInputElement ? element.value || element.alt : lines(element, 400).join(" ");
    if (/[\p{L}\p{N}]/u.test(text)) return cut(text);
    const drawing = element.querySelector?.("svg title, img[alt]");
    return cut(named(element) || element.title || drawing?.alt || drawing?.textContent || text);
  };
  const isButton = (element) =>
    /^(button|input|summary)$/.test(element.localName) || /^(button|menuitem)$/.test(element.getAttribute("role") ?? "");
  const clicks = (element) =>
    element.matches(CLICKED) || (getComputedStyle(element).cursor === "pointer" && getComputedStyle(above(element) ?? element).cursor !== "pointer");

  const controlsOf = (block) => {
    const found = [];
    for (const element of walk(block, 4_000)) {
      if (found.length >= MOST.controls) break;
      if (element === block || !(element instanceof Element) || element.matches(`${SWITCHED},label,[role=tab]`)) continue;
      if (!clicks(element) || !seen(element)) continue;
      const outer = found.findIndex((one) => within(one, element));
      if (outer >= 0 && found[outer].matches(CLICKED)) continue;
      if (outer >= 0) found.splice(outer, 1); // a painted shell around the real button
      found.push(element);
    }
    return found;
  };
  const remembered = (element, text = null) => {
    faces.set(number(element), { face: face(element), text });
    return number(element);
  };
  const control = (element) => ({
    id: remembered(element, labelOf(element)),
    text: labelOf(element),
    tag: element.localName,
    href: element.localName === "a" ? element.href?.slice?.(0, 2_000) ?? "" : "",
    button: isButton(element) || (element.localName === "a" && !/^(https?:)/.test(element.href ?? "")),
    leads: element.localName === "a" && /^https?:/.test(element.href) && element.href.split("#")[0] !== location.href.split("#")[0],
    off: element.matches(":disabled") || element.getAttribute("aria-disabled") === "true",
  });

  // Whether a sign stands where crosses do: small, in an upper corner of the box that it is in.
  const cornered = (element, block) => {
    const sign = boxOf(element);
    if (sign.width > 80 || sign.height > 80) return false;
    for (let one = above(element); one && within(block, one); one = above(one)) {
      const box = boxOf(one);
      const beside = Math.min(Math.abs(box.x - sign.x), Math.abs(box.x + box.width - sign.x - sign.width));
      if (box.width > 200 && box.height > sign.height && beside <= 40 && Math.abs(box.y - sign.y) <= 40) return true;
    }
    return false;
  };

  // ---- switches

  const target = (element) => {
    if (drawn(element)) return element;
    const labels = [...(element.labels ?? []), element.closest("label"), element.nextElementSibling, element.previousElementSibling, element.parentElement];
    return labels.find((one) => one && drawn(one)) ?? element;
  };
  // What does not show yet is named by the text that will: else its name would be whatever shows further out.
  const words = (element) => (seen(element) ? lines(element, 400) : [element.textContent.slice(0, 400)]);
  const nameOfSwitch = (element) => {
    const own = named(element) || [...(element.labels ?? [])].map((one) => words(one).join(" ")).join(" ");
    if (own.trim()) return cut(own);
    for (let one = above(element), steps = 0; one && steps < 5; one = above(one), steps += 1) {
      const text = words(one)[0];
      if (text?.trim()) return cut(text);
    }
    return "";
  };
  const isOn = (element) =>
    element instanceof HTMLInputElement ? element.checked : (element.getAttribute("aria-checked") ?? element.getAttribute("aria-pressed")) === "true";
  const switchesOf = (block) =>
    [...select(block, SWITCHED, MOST.switches)]
      .filter((element) => !element.closest("[inert]") && !(element.matches("[aria-pressed]:not(input)") && !element.matches("[role=switch],[role=checkbox],button")))
      .map((element) => ({
        id: number(element),
        label: nameOfSwitch(element),
        on: isOn(element),
        locked: element.matches(":disabled") || element.getAttribute("aria-disabled") === "true" || element.getAttribute("aria-readonly") === "true",
        shown: drawn(target(element)),
        group: element.matches("input[type=radio]") ? element.name : "",
      }));

  // ---- blocks that may be a notice

  const floating = (style) => /^(fixed|sticky)$/.test(style.position) || (style.position === "absolute" && Number(style.zIndex) >= 10);
  const dialog = (element) =>
    element.matches("dialog[open],[role=dialog],[role=alertdialog],[aria-modal=true]") || (element.hasAttribute("popover") && element.matches(":popover-open"));
  const hinted = (element) => HINT.test(`${element.id} ${typeof element.className === "string" ? element.className : ""}`) || (element.localName.includes("-") && HINT.test(element.localName));
  const wide = (element) => {
    const box = boxOf(element);
    return box.width >= innerWidth * 0.85 && onScreen(box);
  };

  // What each recipe that is at home here shows: its blocks, and its controls by what they do.
  const ROLES = ["accept", "refuse", "settings", "save"];
  const recipes = () =>
    known
      .filter((one) => !one.detect.length || one.detect.some((selector) => query(selector).length))
      .map((one) => {
        const roles = new Map();
        for (const role of ROLES) for (const element of one[role].flatMap(query).filter(drawn)) roles.set(element, role);
        const blocks = one.block.flatMap(query);
        const homeless = [...roles.keys()].filter((element) => !blocks.some((each) => within(each, element)));
        if (homeless.length) blocks.push(shell(homeless));
        return { name: one.name, roles, blocks };
      });
  // The box that holds all of them: the nearest that floats, else the nearest of all.
  const shell = (elements) => {
    let common = above(elements[0]) ?? elements[0];
    while (above(common) && !elements.every((one) => within(common, one))) common = above(common);
    for (let one = common; one && one !== document.body; one = above(one)) {
      if (dialog(one) || floating(getComputedStyle(one))) return one;
    }
    return common;
  };

  // Where settings were asked for they may stand in the text of a page of their own, below the window's edge too.
  const candidates = (framed, told, opened) => {
    const found = new Set(told.flatMap((one) => one.blocks));
    if (framed && document.body) found.add(document.body);
    for (const element of walk(document.documentElement)) {
      if (found.size >= MOST.blocks * 3) break;
      if (!(element instanceof HTMLElement) || element === document.documentElement || element === document.body) continue;
      const style = getComputedStyle(element);
      if (style.display === "none") continue;
      if (dialog(element) || floating(style) || hinted(element)) found.add(element);
      else if (element.matches(CLICKED) && isButton(element)) {
        let shell = above(element);
        for (let step = 0; shell && step < 4; step += 1, shell = above(shell)) {
          if (shell === document.body || shell === document.documentElement) break;
          if (wide(shell) || (opened && !select(shell, SWITCHED, 1).next().done)) found.add(shell);
        }
      }
    }
    return [...found].filter(stands);
  };

  const floats = (element) => {
    for (let one = element; one; one = above(one)) {
      if (dialog(one) || floating(getComputedStyle(one))) return true;
    }
    return false;
  };
  // Whether it shows: what floats and is outside the window does not, and cannot be scrolled to.
  const stands = (element) => seen(element) && (!floats(element) || [...walk(element, 400)].some((one) => drawn(one) && onScreen(boxOf(one))));
  const block = (element, told = []) => {
    const roles = new Map(told.flatMap((one) => [...one.roles]).filter(([one]) => within(element, one)));
    const found = controlsOf(element).filter((one) => !roles.has(one));
    const controls = [...roles.keys(), ...found.filter((one) => ![...roles.keys()].some((other) => within(one, other) || within(other, one)))];
    const recipe = told.find((one) => one.blocks.includes(element) || [...one.roles.keys()].some((each) => within(element, each)));
    const text = lines(element, 3_000).join("\n");
    return {
      id: remembered(element),
      text,
      box: boxOf(element),
      floats: floats(element),
      dialog: dialog(element),
      hinted: hinted(element),
      wide: wide(element),
      inside: Boolean(element.closest("main,article")),
      body: element === document.body,
      fields: [...select(element, FIELDS, 20)].filter(drawn).length,
      password: [...select(element, "input[type=password],input[type=email]", 5)].some(drawn),
      switches: [...select(element, SWITCHED, 50)].length,
      on: [...select(element, SWITCHED, 50)].filter(isOn).length,
      frames: [...select(element, "iframe", 5)].length,
      recipe: recipe?.name ?? "",
      exact: Boolean(recipe?.blocks.includes(element)),
      controls: controls.map((one) => ({ ...control(one), role: roles.get(one) ?? "", corner: cornered(one, element) })),
    };
  };
  const languageOf = (element) => {
    for (let one = element; one; one = above(one)) if (one.getAttribute("lang")) return one.getAttribute("lang").slice(0, 35);
    return document.documentElement?.lang?.slice(0, 35) ?? "";
  };

  // ---- recipes: a selector may name hosts whose shadow is entered, "#host >>> .button"

  const query = (selector) => {
    try {
      let from = [document];
      for (const part of selector.split(">>>")) {
        from = from.flatMap((one) => {
          const root = one === document ? document : rootOf(one);
          return root ? [...root.querySelectorAll(part)] : [];
        });
      }
      return from.slice(0, 50);
    } catch {
      return []; // a selector that this browser does not know finds nothing
    }
  };

  const deepest = (x, y) => {
    let element = document.elementFromPoint(x, y);
    while (element && rootOf(element)) {
      const inner = rootOf(element).elementFromPoint(x, y);
      if (!inner || inner === element) break;
      element = inner;
    }
    return element;
  };

  // Whether there may be switches behind a tab: its panel has some, or is not filled in yet.
  const mayHold = (tab) => {
    const panel = tab.getRootNode().getElementById?.(tab.getAttribute("aria-controls") ?? "");
    return !panel?.textContent.trim() || panel.querySelector(SWITCHED) !== null;
  };

  const api = {
    thing, living, above, within, walk, shown, drawn, boxOf, onScreen, lines, controlsOf, control, switchesOf, languageOf, deepest,

    open(hosts, roots) {
      hosts.forEach((host, at) => closed.set(host, roots[at]));
    },
    know(recipes) {
      known = recipes;
    },
    stirred: () => stirred,
    survey(framed = false, opened = false) {
      stirred = false;
      const told = recipes();
      const found = candidates(framed, told, opened).map((element) => block(element, told));
      const useful = found.filter((one) => one.controls.length && one.text.length > 10);
      return {
        url: location.href.slice(0, 4_000),
        language: languageOf(document.body),
        ready: document.readyState,
        managers: told.map((one) => one.name),
        blocks: useful.slice(0, MOST.blocks),
      };
    },
    links() {
      const told = known.flatMap((one) => one.withdraw.flatMap(query)).filter(drawn);
      const found = [...walk(document.documentElement)].filter((one) => one instanceof Element && clicks(one) && seen(one));
      // Of too many the first and the last: what leads back stands at the end of a page.
      const most = found.length > MOST.links ? [...found.slice(0, MOST.links / 2), ...found.slice(-MOST.links / 2)] : found;
      return [
        ...told.map((one) => ({ ...control(one), fixed: floats(one), hinted: true, known: true })),
        ...most.map((one) => ({
          ...control(one),
          fixed: floats(one),
          hinted: hinted(one),
          footer: Boolean(one.closest("footer,[role=contentinfo]")),
          home: !one.href || one.origin === location.origin || !/^https?:/.test(one.href),
        })),
      ];
    },
    standing: (id) => Boolean(thing(id)) && stands(thing(id)),
    switches: (id) => (living(id) ? switchesOf(thing(id)) : []),
    // What is folded away in a block, and the tabs of it that do not show.
    folded: (id) =>
      thing(id) ? [...select(thing(id), "details:not([open]) > summary,[aria-expanded=false]", 40)].filter((one) => drawn(one) && !one.matches("[aria-haspopup]")).map(control) : [],
    tabs: (id) => (thing(id) ? [...select(thing(id), "[role=tab]:not([aria-selected=true])", 8)].filter((one) => drawn(one) && mayHold(one)).map(control) : []),
    // Where a click on it lands: scrolled into view, and whether it is what stands there.
    aim(id) {
      const wanted = living(id);
      if (!wanted) return { gone: true };
      const element = target(wanted);
      const before = boxOf(element);
      if (!onScreen(before) || before.y < 0 || before.y + before.height > innerHeight || !hits(element, before)) {
        element.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
      }
      const box = boxOf(element);
      const point = hits(element, box);
      const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      return { gone: false, drawn: drawn(element), free: Boolean(point), box, ...(point ?? middle) };
    },
    focus(id) {
      const element = living(id);
      element?.focus({ preventScroll: true });
      return Boolean(element && within(element, element.getRootNode().activeElement));
    },
    // The content box of a frame's element, and whether a click at a point of it would reach it.
    frame(id, x = null, y = null) {
      const element = thing(id);
      if (!element) return null;
      const box = boxOf(element);
      const style = getComputedStyle(element);
      const scale = element.offsetWidth ? box.width / element.offsetWidth : 1;
      const left = box.x + (element.clientLeft + parseFloat(style.paddingLeft)) * scale;
      const top = box.y + (element.clientTop + parseFloat(style.paddingTop)) * scale;
      const hit = x === null ? true : within(element, deepest(left + x * scale, top + y * scale));
      const share = (Math.min(box.width, innerWidth) * Math.min(box.height, innerHeight)) / (innerWidth * innerHeight);
      const told = hinted(element) || HINT.test(element.title);
      return { left, top, scale, hit, share, hinted: told, floats: floats(element), drawn: seen(element) && onScreen(box) };
    },
    own: (element) => number(element),
    block: (element) => block(element, recipes()),
  };
  const hits = (element, box) => {
    for (const [right, down] of [[0.5, 0.5], [0.25, 0.5], [0.75, 0.5], [0.5, 0.25], [0.5, 0.75], [0.1, 0.5], [0.9, 0.5]]) {
      const x = Math.min(Math.max(box.x + box.width * right, 0), innerWidth - 1);
      const y = Math.min(Math.max(box.y + box.height * down, 0), innerHeight - 1);
      if (x < box.x || x > box.x + box.width || y < box.y || y > box.y + box.height) continue;
      const hit = deepest(x, y);
      if (hit && (within(element, hit) || (hit.closest?.("label")?.control ?? null) === element)) return { x, y };
    }
    return null;
  };
  globalThis.bandeauNotice = api;
  return true;
})();
