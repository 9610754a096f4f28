/** What both scripts of the notice speak of. The last stands in the frames of placeholders only. */
export const PARTS = "#bandeau-notice,#bandeau-control,.bandeau-embed";
/** A frame that shows its own placeholder. */
export const HELD_FRAME = "[data-bandeau][srcdoc]";
export const PLACEHOLDER = ".bandeau-placeholder";
export const here = (): string => location.pathname + location.search;

/** What was held, as an event or as a report tells it. */
export type Violation = {
  effectiveDirective: string;
  originalPolicy: string;
  disposition: string;
  blockedURI?: string;
  blockedURL?: string;
};
