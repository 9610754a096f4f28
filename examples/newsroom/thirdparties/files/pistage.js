// The second tracker: a pixel, a beacon, and the reader's path through this visit.
(() => {
  const base = new URL(document.currentScript.src).origin;
  const path = JSON.parse(sessionStorage.getItem("pistage_parcours") || "[]").slice(-19);
  path.push(location.pathname);
  sessionStorage.setItem("pistage_parcours", JSON.stringify(path));
  new Image(1, 1).src = `${base}/pixel.gif?page=${encodeURIComponent(location.pathname)}`;
  navigator.sendBeacon(`${base}/balise`, JSON.stringify({ path, width: screen.width, language: navigator.language }));
})();
