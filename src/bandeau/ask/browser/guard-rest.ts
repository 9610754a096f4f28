/**
 * The rest of the guard: what it does in pages only, as a file that the browser keeps, the same for every visitor.
 *
 * It runs right after the guard, before any other script of the page, and adds to it: WebRTC servers, resource hints
 * and speculation rules to held hosts are not contacted; custom elements meet no frame that was not entered; what is
 * held is erased once the visitor has chosen; and what was stored all the same, in a realm that could not be entered
 * in time, is erased and reported.
 */
import { follow, guardOpening } from "./guard/rest/following";
import { given, tell } from "./guard/rest/given";
import { guardInsertion } from "./guard/rest/insertion";
import { guardNetwork, still, stillMarkup } from "./guard/rest/network";
import { guardEvents, purge } from "./guard/rest/purge";
import { dress, inXml, trust } from "./guard/rest/texts";

if (given.kit) {
  tell();
  purge();
  follow(self);
  Object.assign(given.kit, { look: still, meet: follow, clean: stillMarkup, dress, inXml, trust });
  given.add(guardEvents, guardNetwork, guardInsertion, guardOpening);
}
