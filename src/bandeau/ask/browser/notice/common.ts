/** What both scripts of the notice speak of. */
export const PARTS = "#bandeau-notice,#bandeau-control";
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
