/**
 * The guard: the small script that runs first in every page, and keeps script from setting or reading what is held.
 *
 * It promises, in the page, in every window of the same origin that the page makes or reaches, and in workers made of
 * a blob: cookies, localStorage, sessionStorage, databases, caches, buckets and private files that are held are not
 * written, read or listed; WebRTC servers and resource hints to held hosts are not contacted. Where the visitor has
 * chosen, what is held is also erased. What is allowed works as it does without the guard, and no error of the guard
 * reaches the site's code: a held cookie or key is lost in silence, a held database fails as an aborted request does,
 * and a held cache, bucket or file is a rejected promise, as in a browser that is set to refuse it.
 *
 * It does not promise to withstand a script that knows it and hunts for a way around: the Content-Security-Policy is
 * the wall, and this stands behind it. It sees no network request other than those named, no HttpOnly cookie, and
 * not a worker or service worker that has an address of its own, which the server has to begin with this script.
 * A frame that is sent on, after its first page, to a blob or javascript: address runs that page's own script before
 * it is entered; what that stores is erased when the page has loaded, and when it is left.
 */
import { guardCookies } from "./guard/cookies";
import { goOn } from "./guard/handing";
import { kit } from "./guard/kit";
import { enter } from "./guard/realms";
import { guardStorage } from "./guard/storage";

kit.parts.push(guardCookies, guardStorage);
enter(self);
// A page goes on as its parser does, which is while the browser fetches the rest.
if (self.document?.contentType != "text/html") goOn();
