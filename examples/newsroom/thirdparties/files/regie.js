// The advertising network's tag: names the reader, fetches an advertisement, and loads whoever pays to come along.
(() => {
  const base = new URL(document.currentScript.src).origin;
  const known = /(?:^|; )regie_id=(\w+)/.exec(document.cookie);
  const id = known ? known[1] : Math.random().toString(36).slice(2, 14);
  document.cookie = `regie_id=${id}; path=/; max-age=31536000; samesite=lax`;

  fetch(`${base}/annonce?lecteur=${id}&page=${encodeURIComponent(location.pathname)}`, { credentials: "include" })
    .then((answer) => answer.json())
    .then((advertisement) => {
      for (const place of document.querySelectorAll("[data-regie]")) {
        const link = document.createElement("a");
        link.href = base + advertisement.link;
        link.rel = "sponsored";
        const picture = new Image(300, 250);
        picture.src = base + advertisement.image;
        picture.alt = advertisement.text;
        link.append(picture);
        place.append(link);
      }
      for (const tracker of advertisement.trackers) {
        const script = document.createElement("script");
        script.src = tracker;
        script.async = true;
        document.head.append(script);
      }
    })
    .catch(() => {});
})();
