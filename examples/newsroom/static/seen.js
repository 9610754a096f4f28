// Keeps the page of traces up to date: asks the newspaper's own server once a second, and draws what changed.
const root = document.getElementById("vu");
const clock = (at) => new Date(at * 1000).toLocaleTimeString("fr-FR", { hour12: false });
const drawn = new Map();

function element(name, text, style) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (style) made.className = style;
  return made;
}

function row(sighting) {
  const item = element("li");
  const line = element("p");
  line.append(element("time", clock(sighting.at)), " ", element("b", sighting.method), " ", element("code", sighting.path));
  if (sighting.body_size) line.append(" ", element("small", `${sighting.body_size} octets envoyés`));
  item.append(line);
  if (sighting.referer) item.append(element("p", `depuis ${sighting.referer}`, "referer"));
  for (const [name, value] of sighting.cookies) {
    const cookie = element("p", "cookie ", "cookie");
    cookie.append(element("code", `${name}=${value}`));
    item.append(cookie);
  }
  return item;
}

function draw(id, { count, seen }) {
  const last = seen[0]?.at;
  if (drawn.get(id) === `${count} ${last}`) return;
  drawn.set(id, `${count} ${last}`);
  const party = root.querySelector(`[data-party="${id}"]`);
  const state = count ? "contacted" : "silent";
  const word = count ? "contacté" : "silencieux";
  if (party.dataset.state !== state) {
    party.dataset.state = state;
    root.querySelector("[data-announce]").textContent = `${party.querySelector("h2").textContent} : ${word}`;
  }
  party.querySelector("[data-word]").textContent = word;
  party.querySelector("[data-count]").textContent = count;
  party.querySelector("[data-plural]").textContent = count > 1 ? "s" : "";
  party.querySelector("[data-last]").textContent = count ? `, la dernière à ${clock(last)}` : "";
  const requests = party.querySelector("[data-requests]");
  requests.replaceChildren(...seen.map(row));
  requests.hidden = !count;
}

async function refresh() {
  const live = root.querySelector("[data-live]");
  try {
    const answer = await fetch("/ce-que-les-traceurs-ont-vu.json", { cache: "no-store" });
    const facts = await answer.json();
    root.querySelector("[data-since]").textContent = clock(facts.since);
    for (const [id, party] of Object.entries(facts.parties)) draw(id, party);
    live.textContent = "Mise à jour chaque seconde.";
  } catch {
    live.textContent = "Le serveur ne répond plus.";
  }
  setTimeout(refresh, 1000);
}

refresh();
