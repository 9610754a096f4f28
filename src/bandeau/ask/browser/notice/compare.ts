/**
 * The buttons of the banner are the same to the eye, and can be read. Where a style of the site's has changed that, its
 * publisher is told: in the console, and by an attribute of the banner that an audit can read.
 */

const LOOKS =
  "visibility opacity color background-color background-image border-top-color border-top-width border-top-style " +
  "border-top-left-radius box-shadow font-family font-size font-style font-weight letter-spacing text-transform " +
  "text-decoration-line text-shadow transform scale rotate translate filter clip-path mask-image animation-name " +
  "pointer-events";
/** What WCAG 2.2 asks for words of this size (1.4.3). */
const READABLE = 4.5;

type Looks = Record<string, string>;

export function compareButtons(): void {
  const banner = document.getElementById("bandeau-notice");
  const buttons = [...(banner?.querySelectorAll<HTMLButtonElement>("button.bandeau-button") || [])];
  const pointed = buttons.find((button) => button.matches(":hover,:active"));
  // What the pointer is on looks different, as it should.
  if (pointed) return pointed.addEventListener("pointerleave", compareButtons, { once: true });
  if (!buttons.some((button) => button.offsetWidth)) return; // The banner is not shown at all.
  const looks = buttons.map(looksOf);
  const facts: string[] = [];
  const told: string[] = [];
  buttons.forEach((button, i) => {
    const wrong = [...differences(looks[0]!, looks[i]!), ...unreadable(button)];
    if (!wrong.length) return;
    facts.push((button.value || "settings") + ":" + wrong.map(([name]) => name).join());
    told.push(`\n“${button.textContent}”: ` + wrong.map((one) => one.join(" ")).join("; "));
  });
  if (!facts.length) return;
  banner!.dataset.bandeauUnequal = facts.join(" ");
  console.warn("bandeau: a style of this site makes the buttons of the notice unequal or hard to read." + told.join(""));
}

function looksOf(button: HTMLElement): Looks {
  const { width, height } = button.getBoundingClientRect();
  const style = getComputedStyle(button);
  const looks: Looks = { width: `${Math.round(width)}px`, height: `${Math.round(height)}px` };
  for (const name of LOOKS.split(" ")) looks[name] = style.getPropertyValue(name);
  return looks;
}

const differences = (first: Looks, one: Looks): [string, string][] =>
  Object.keys(first)
    .filter((name) => one[name] !== first[name])
    .map((name) => [name, `${one[name]}, not ${first[name]} as the first`]);

function unreadable(button: HTMLElement): [string, string][] {
  const style = getComputedStyle(button);
  if (+style.opacity < 1) return [["opacity", style.opacity]];
  const ratio = contrast(style.color, style.backgroundColor);
  return ratio < READABLE ? [["contrast", `${ratio.toFixed(1)}, not ${READABLE} at least`]] : [];
}

/** The contrast of two opaque colours as WCAG 2.2 has it; not a number where one of them is written in another way. */
function contrast(one: string, other: string): number {
  const [dark, bright] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (bright! + 0.05) / (dark! + 0.05);
}

function luminance(colour: string): number {
  const parts = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(colour)?.slice(1) || [NaN, NaN, NaN];
  const [red, green, blue] = parts.map((part) => {
    const value = +part / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
