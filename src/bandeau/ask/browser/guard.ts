/**
 * The guard: the small script that runs first in every page.
 */
import { purge } from "./guard/purge";
import { enter } from "./guard/realms";

purge();
enter(self);
