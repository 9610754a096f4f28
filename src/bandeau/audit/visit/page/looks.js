// How the controls of a notice are drawn, and how much of the window it takes. Joins notice.js in its world.
(() => {
  "use strict";
  const api = globalThis.bandeauNotice;
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });

  // Any colour that CSS can write, as [red, green, blue, alpha].
  const parsed = new Map();
  const colour = (css) => {
    const plain = /^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)$/.exec(css);
    if (plain) return [...plain.slice(1, 4).map(Number), Number(plain[4] ?? 1)];
    if (!parsed.has(css)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = "rgba(0,0,0,0)";
      canvas.fillStyle = css;
      canvas.fillRect(0, 0, 1, 1);
      const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
      parsed.set(css, [red, green, blue, alpha / 255]);
    }
    return parsed.get(css);
  };
  const over = (top, under) => {
    const alpha = top[3] + under[3] * (1 - top[3]);
    if (!alpha) return [0, 0, 0, 0];
    return [0, 1, 2].map((at) => (top[at] * top[3] + under[at] * under[3] * (1 - top[3])) / alpha).concat(alpha);
  };
  // What an element paints behind its content: its colour, and the mean of a gradient's colours over it.
  const paint = (style) => {
    const stops = style.backgroundImage.includes("gradient(") ? style.backgroundImage.match(/(rgba?|hsla?|color|ok\w+|la[bc]h?)\([^()]*\)|#[0-9a-f]{3,8}/gi) ?? [] : [];
    const mean = stops.length ? [0, 1, 2, 3].map((at) => stops.reduce((sum, one) => sum + colour(one)[at], 0) / stops.length) : null;
    const base = colour(style.backgroundColor);
    return mean ? over(mean, base) : base;
  };
  // Everything behind an element, painted together: its ancestors first, then what lies under them, then the canvas.
  const behind = (element) => {
    const layers = [];
    let faded = 1;
    for (let one = element; one; one = api.above(one)) {
      const style = getComputedStyle(one);
      layers.push([paint(style), Number(style.opacity)]);
      faded *= Number(style.opacity);
    }
    const box = api.boxOf(element);
    const under = document.elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2).filter((one) => !api.within(one, element));
    let painted = [255, 255, 255, 1];
    for (const one of under.reverse()) painted = over(paint(getComputedStyle(one)), painted);
    for (const [[red, green, blue, alpha], opacity] of layers.reverse()) painted = over([red, green, blue, alpha * opacity], painted);
    return { painted, faded };
  };
  const light = ([red, green, blue]) => {
    const [r, g, b] = [red, green, blue].map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => {
    const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
    return Math.round(((bright + 0.05) / (dark + 0.05)) * 100) / 100;
  };
  const hex = (rgb) => `#${rgb.slice(0, 3).map((value) => Math.round(value).toString(16).padStart(2, "0")).join("")}`;

  // The element that a control's first visible letters stand in.
  const writer = (element) => {
    for (const one of api.walk(element, 200)) {
      if (one !== element && !api.shown(one)) continue;
      for (const node of one.childNodes) if (node.nodeType === Node.TEXT_NODE && node.data.trim()) return one;
    }
    return element;
  };
  const bordered = (style, paper) => {
    const sides = ["Top", "Right", "Bottom", "Left"].map((side) => [parseFloat(style[`border${side}Width`]), style[`border${side}Style`], style[`border${side}Color`]]);
    return sides.filter(([width, kind, css]) => width > 0 && kind !== "none" && kind !== "hidden" && ratio(over(colour(css), paper), paper) > 1.1).length >= 3;
  };
  const looks = (element) => {
    const words = writer(element);
    const style = getComputedStyle(words);
    const { painted, faded } = behind(words);
    const [red, green, blue, alpha] = colour(style.webkitTextFillColor || style.color);
    const ink = over([red, green, blue, alpha * faded], painted);
    let underlined = false;
    for (let one = words; one; one = one === element ? null : api.above(one)) underlined ||= getComputedStyle(one).textDecorationLine.includes("underline");
    const around = api.above(element) ? behind(api.above(element)).painted : painted;
    return {
      box: api.boxOf(element),
      ink: hex(ink),
      paper: hex(painted),
      contrast: ratio(ink, painted),
      size: parseFloat(style.fontSize) || 0,
      weight: Number(style.fontWeight) || 400,
      underlined,
      bordered: bordered(getComputedStyle(element), around),
    };
  };

  // ---- how much of the window it takes, by a grid of points

  const STEPS = 20;
  const grid = function* ({ x, y, width, height }) {
    for (let down = 0; down < STEPS; down += 1) {
      for (let right = 0; right < STEPS; right += 1) yield [x + ((right + 0.5) * width) / STEPS, y + ((down + 0.5) * height) / STEPS];
    }
  };
  // The part of the window that an element and what stands out of it fills.
  const reach = (element) => {
    const boxes = [...api.walk(element, 400)].filter((one) => one instanceof Element && api.drawn(one)).map(api.boxOf).filter(api.onScreen);
    const left = Math.max(0, Math.min(...boxes.map((box) => box.x)));
    const top = Math.max(0, Math.min(...boxes.map((box) => box.y)));
    const right = Math.min(innerWidth, Math.max(...boxes.map((box) => box.x + box.width)));
    const bottom = Math.min(innerHeight, Math.max(...boxes.map((box) => box.y + box.height)));
    return boxes.length ? { x: left, y: top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) } : { x: 0, y: 0, width: 0, height: 0 };
  };
  const veil = (element) => {
    for (let one = element; one; one = api.above(one)) {
      const box = api.boxOf(one);
      const floats = /^(fixed|absolute)$/.test(getComputedStyle(one).position);
      if (floats && box.width >= innerWidth * 0.98 && box.height >= innerHeight * 0.98) return one !== document.body;
    }
    return false;
  };
  const still = () => {
    const root = document.scrollingElement ?? document.documentElement;
    const fixed = [document.documentElement, document.body].some((one) => one && (/hidden|clip/.test(getComputedStyle(one).overflowY) || getComputedStyle(one).position === "fixed"));
    return fixed || root.scrollHeight <= innerHeight + 1;
  };
  api.extent = (id) => {
    const element = api.living(id);
    if (!element) return { covers: 0, blocks: false };
    const box = reach(element);
    const its = ([x, y]) => {
      const hit = api.deepest(x, y);
      return Boolean(hit) && api.within(element, hit);
    };
    const filled = [...grid(box)].filter(its).length / STEPS ** 2;
    const everywhere = [...grid({ x: 0, y: 0, width: innerWidth, height: innerHeight })];
    const open = everywhere.some(([x, y]) => {
      const hit = api.deepest(x, y);
      return Boolean(hit) && !api.within(element, hit) && !veil(hit);
    });
    const modal = element.matches?.("dialog:modal") || Boolean(element.querySelector?.("dialog:modal"));
    const covers = (filled * box.width * box.height) / (innerWidth * innerHeight);
    return { covers, blocks: modal || (!open && (still() || covers > 0.99)) };
  };
  api.describe = (id) => {
    const element = api.living(id);
    if (!element) return null;
    return {
      text: api.lines(element, 20_000).join("\n"),
      language: api.languageOf(element),
      controls: api.block(element).controls.map((one) => ({ ...one, ...looks(api.thing(one.id)) })),
      switches: api.switchesOf(element),
    };
  };
  api.looks = (id) => (api.living(id) ? { ...api.control(api.thing(id)), ...looks(api.thing(id)) } : null);
  api.barriers = async (id) => {
    const element = api.thing(id);
    if (!element || !globalThis.axe) return [];
    const told = await globalThis.axe.run(element, { resultTypes: ["violations"], elementRef: false });
    return told.violations.slice(0, 60).flatMap((rule) =>
      rule.nodes.slice(0, 20).map((node) => ({
        rule: rule.id, impact: node.impact ?? rule.impact ?? "", help: rule.help, target: node.target.flat().join(" ").slice(0, 300),
      })),
    );
  };
})();
