// Palabre's tag, as a publisher pastes it: draws the thread, and follows the reader from page to page.
(() => {
  const base = new URL(document.currentScript.src).origin;
  const page = location.pathname;

  const known = /(?:^|; )palabre_visit=(\w+)/.exec(document.cookie);
  const visit = known ? known[1] : Math.random().toString(36).slice(2, 12);
  document.cookie = `palabre_visit=${visit}; path=/; max-age=34164000; samesite=lax`;

  const history = JSON.parse(localStorage.getItem("palabre_history") || "[]").slice(-19);
  history.push(page);
  localStorage.setItem("palabre_history", JSON.stringify(history));

  fetch(`${base}/suivi`, {
    method: "POST",
    mode: "no-cors",
    credentials: "include",
    keepalive: true,
    body: JSON.stringify({ page, visit, history }),
  }).catch(() => {});

  const place = document.getElementById("palabre");
  if (place) {
    const frame = document.createElement("iframe");
    frame.src = `${base}/fil?page=${encodeURIComponent(place.dataset.page || page)}`;
    frame.title = place.dataset.title || "Commentaires";
    frame.style.cssText = "display:block;width:100%;height:420px;border:0";
    addEventListener("message", (event) => {
      if (event.source === frame.contentWindow && event.data.palabreHeight > 0) {
        frame.style.height = `${Math.min(event.data.palabreHeight, 4000)}px`;
      }
    });
    place.replaceChildren(frame);
  }

  const counters = [...document.querySelectorAll("[data-palabre-count]")];
  if (counters.length) {
    const query = counters.map((counter) => `page=${encodeURIComponent(counter.dataset.palabreCount)}`).join("&");
    fetch(`${base}/nombres?${query}`, { credentials: "include" })
      .then((answer) => answer.json())
      .then((numbers) => {
        for (const counter of counters) {
          const number = numbers[counter.dataset.palabreCount];
          counter.textContent = number === 1 ? "1 commentaire" : `${number} commentaires`;
        }
      })
      .catch(() => {});
  }
})();
