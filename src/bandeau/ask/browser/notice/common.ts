/** What both scripts of the notice speak of. The last stands in the frames of placeholders only. */
export const PARTS = "#bandeau-notice,#bandeau-control,.bandeau-embed";
/** A frame that shows its own placeholder. */
export const HELD_FRAME = "[data-bandeau][srcdoc]";
export const PLACEHOLDER = ".bandeau-placeholder";
export const here = (): string => location.pathname + location.search;

/** The address of one of our pages that leads back to this one, in the language that the notice speaks here. */
export const address = (name: string, more: Record<string, string> = {}): string => {
  const lang = document.querySelector<HTMLElement>(PARTS)?.lang || "";
  return `/.bandeau/${name}?` + new URLSearchParams({ ...more, lang, back: here() });
};

/** What was held, as an event or as a report tells it. */
export type Violation = {
  effectiveDirective: string;
  originalPolicy: string;
  disposition: string;
  blockedURI?: string;
  blockedURL?: string;
};
