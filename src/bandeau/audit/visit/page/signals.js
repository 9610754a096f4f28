// Runs in the page's own world when a state is over, because the interfaces of consent managers live there: asks what
// they say. Gives JSON, a list of pairs: the system, and what it said. What the page's code then does is not counted.
(async () => {
  const text = (value) => (typeof value === "string" ? value.slice(0, 4096) : "");
  // Asks one interface; `call` is given the function and where to put what it says.
  const ask = (name, call) => {
    const api = window[name];
    if (typeof api !== "function") return "";
    const said = new Promise((done) => call(api, (answer) => done(text(answer))));
    return Promise.race([said, new Promise((done) => setTimeout(done, 500, ""))]);
  };
  const found = [];
  const add = async (system, work) => {
    try {
      const said = await work();
      if (said) found.push([system, said]);
    } catch {
      // It answers with rubbish: it says nothing.
    }
  };
  await add("tcf", () =>
    ask("__tcfapi", (api, say) =>
      api("addEventListener", 2, (data) => {
        say(data?.tcString);
        if (data?.listenerId !== undefined) api("removeEventListener", 2, () => {}, data.listenerId);
      })));
  await add("gpp", () => ask("__gpp", (api, say) => api("ping", (data) => say(data?.gppString))));
  await add("usp", () => ask("__uspapi", (api, say) => api("getUSPData", 1, (data) => say(data?.uspString))));
  const layer = Array.isArray(window.dataLayer) ? window.dataLayer.slice(0, 2000) : [];
  for (const entry of layer) {
    if (entry?.[0] === "consent") {
      await add("consent-mode", () => text(JSON.stringify([entry[0], entry[1], entry[2]])));
    }
  }
  if (navigator.globalPrivacyControl === true) found.push(["gpc", "true"]);
  return JSON.stringify(found.slice(0, 50));
})()
