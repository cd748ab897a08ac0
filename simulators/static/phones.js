// Draws the phones as /sim/events tells of them. What has not changed is left in the page as it is: an
// input keeps what is being typed, a button stays under the finger, a scroll its place.

import { chatPhone, newcomerPhone } from "/static/chat.js";
import { act, make } from "/static/elements.js";
import { appPhone } from "/static/lock.js";
import { notice, place, take } from "/static/shelf.js";
import { follow } from "/static/stream.js";

const VIEWS = { chat: chatPhone, newcomer: newcomerPhone, app: appPhone };
const LONGEST_ANNOUNCEMENT = 300;
const cards = new Map();
const get = (id) => document.getElementById(id);

function announcer(card) {
  return (text, language) => {
    const said = make("span", "", `${card.name}: ${text.slice(0, LONGEST_ANNOUNCEMENT)}`);
    if (language) said.lang = language;
    get("announced").replaceChildren(said);
    notice(card);
  };
}

function draw(state) {
  for (const phone of state.phones) {
    const card = cards.get(phone.key) ?? VIEWS[phone.view](phone, state);
    cards.set(phone.key, card);
    card.content = phone;
  }
  if (state.order.some((key) => !cards.has(key))) return stream.startOver();
  const shown = new Set(state.order);
  for (const [key, card] of cards) {
    if (!shown.has(key)) { take(card); cards.delete(key); }
  }
  state.order.forEach((key, position) => place(cards.get(key), position));
  const changed = new Set(state.phones.map((phone) => phone.key));
  for (const [key, card] of cards) {
    if (changed.has(key) || card.content.view === "newcomer") card.draw(card.content, announcer(card), state);
  }
  drawCounts(state);
}

function drawCounts(state) {
  for (const name of ["sent", "pushed", "violations"]) get(name).textContent = state[name].toLocaleString("en-GB");
  get("violations").parentElement.classList.toggle("broken", state.violations > 0);
  get("nobody").hidden = state.order.length > 0;
  get("hidden").hidden = !state.hidden;
  get("hidden").textContent = `${state.hidden} more phones are not shown: these are the ones in use.`;
}

function connection(state, words) {
  const line = get("connection");
  if (line.dataset.state === state) return;
  line.dataset.state = state;
  line.textContent = words;
}

const stream = follow(new URLSearchParams(location.search).get("bot"), {
  changed: draw,
  connected: () => connection("live", "live"),
  lost: () => connection("reconnecting", "reconnecting…"),
});

// ---------------------------------------------------------------- somebody new

const dialog = get("newcomer");
const form = dialog.querySelector("form");

function refuse(problem) {
  get("refused").textContent = problem;
  get("refused").hidden = !problem;
}

get("add").addEventListener("click", () => { refuse(""); dialog.showModal(); });
get("never-mind").addEventListener("click", () => dialog.close());
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const fields = Object.fromEntries([...new FormData(form)].filter(([, value]) => value));
  if (!await act("/sim/people", fields, refuse)) return;
  form.reset();
  dialog.close();
});
