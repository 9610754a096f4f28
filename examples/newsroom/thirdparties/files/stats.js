// The exempt measurer's tag: counts page views on this site alone. The cookie's life is not extended by a new visit.
(() => {
  const base = new URL(document.currentScript.src).origin;
  if (!/(?:^|; )ps_id=/.test(document.cookie)) {
    const id = Math.random().toString(36).slice(2, 10);
    document.cookie = `ps_id=${id}; path=/; max-age=34164000; samesite=lax`;
  }
  const [, visitor] = /(?:^|; )ps_id=(\w+)/.exec(document.cookie) || [];
  const hit = new URLSearchParams({ page: location.pathname, visitor: visitor || "" });
  fetch(`${base}/touche`, { method: "POST", mode: "no-cors", credentials: "omit", keepalive: true, body: hit }).catch(() => {});
})();
