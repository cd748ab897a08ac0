// Draws the phones from /phones.json once a second. What has not changed is left in the page as it
// is: an input keeps what is being typed, a button stays under the finger, a scroll its place.

import { button, formatted, make, safeLink, time } from "/static/elements.js";

const POLL_MS = 1000;
const TOAST_MS = 6000;
const cards = new Map();
let version = "";

async function post(path, body, card) {
  const answer = await fetch(path, { method: "POST", body: JSON.stringify(body ?? {}) });
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({ error: "The simulator did not answer." }));
    card ? toast(card, problem.error) : trouble(problem.error);
  }
  await refresh();
  return answer.ok;
}

function toast(card, text) {
  card.toast.textContent = text;
  card.toast.hidden = false;
  clearTimeout(card.toastTimer);
  card.toastTimer = setTimeout(() => { card.toast.hidden = true; }, TOAST_MS);
}

let offline = false;

function trouble(text) {
  const line = document.getElementById("trouble");
  line.textContent = text;
  line.hidden = !text;
}

// ---------------------------------------------------------------- the parts of a chat

function inlineButton(chat, message, spec, card) {
  if (spec.url) {
    const link = make("a", "inline", `${spec.text} ↗`);
    link.href = safeLink(spec.url);
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    return link;
  }
  const element = button(spec.text, "inline", () => post(`/sim/people/${chat.person.id}/press`, {
    bot: chat.bot.username, message_id: message.message_id, button: spec.data ?? spec.text,
  }, card));
  element.disabled = spec.disabled;
  return element;
}

function bubble(chat, message, card) {
  const row = make("div", `message from-${message.from}`);
  const body = make("div", "bubble");
  const contact = message.contact;
  if (contact) body.append(`☎ ${contact.first_name} +${contact.phone_number}`);
  body.append(formatted(message.text, message.entities));
  const marks = [message.edited ? "edited" : "", message.silent ? "silent" : "", time(message.at)];
  body.append(make("span", "when", marks.filter(Boolean).join(" · ")));
  row.append(body);
  for (const buttons of message.buttons) {
    const line = make("div", "inline-row");
    line.append(...buttons.map((spec) => inlineButton(chat, message, spec, card)));
    row.append(line);
  }
  return row;
}

function drawMessages(card, chat) {
  const seen = new Set();
  for (const message of chat.data) {
    const key = String(message.message_id);
    const now = JSON.stringify(message);
    const old = card.messages.get(key);
    seen.add(key);
    if (old?.drawn === now) continue;
    const element = bubble(chat, message, card);
    old ? old.element.replaceWith(element) : card.list.append(element);
    card.messages.set(key, { drawn: now, element });
  }
  for (const [key, { element }] of card.messages) {
    if (!seen.has(key)) { element.remove(); card.messages.delete(key); }
  }
  stayAtBottom(card);
}

// Whoever reads further up keeps their place; whoever is at the bottom sees what comes.
function stayAtBottom(card) {
  if (card.atBottom) card.list.scrollTop = card.list.scrollHeight;
}

function drawKeyboard(card, chat) {
  const rows = chat.blocked ? [] : chat.keyboard ?? [];
  const now = JSON.stringify(rows);
  if (card.keyboardDrawn === now) return;
  card.keyboardDrawn = now;
  card.keyboard.replaceChildren(...rows.map((row) => {
    const line = make("div", "key-row");
    line.append(...row.map((key) => button(key.text, "key", () => post(
      `/sim/people/${chat.person.id}/press`, { bot: chat.bot.username, button: key.text }, card,
    ))));
    return line;
  }));
}

function drawState(card, chat) {
  const gone = chat.person.deactivated;
  card.root.classList.toggle("quiet", chat.blocked || gone);
  card.badge.textContent = gone ? "account deleted" : chat.blocked ? "bot blocked" : "";
  card.badge.hidden = !card.badge.textContent;
  card.composer.hidden = chat.blocked || gone;
  card.unblock.hidden = !chat.blocked || gone;
  card.foot.hidden = gone;
  card.block.hidden = chat.blocked;
  card.contact.disabled = !chat.person.phone || chat.blocked;
  if (card.toasts !== undefined && chat.toasts.length && card.toasts !== chat.toasts.at(-1).at) {
    toast(card, chat.toasts.at(-1).text);
  }
  card.toasts = chat.toasts.at(-1)?.at ?? "";
}

// ---------------------------------------------------------------- cards

function frame(kind, title, subtitle) {
  const root = make("article", `phone ${kind}`);
  const head = make("header", "head");
  const names = make("div", "names");
  names.append(make("strong", "", title), make("small", "", subtitle));
  const badge = make("span", "badge");
  badge.hidden = true;
  head.append(make("span", "avatar", title.slice(0, 1).toUpperCase()), names, badge);
  const note = make("p", "toast");
  note.hidden = true;
  root.append(head, note);
  return { root, badge, toast: note };
}

// A link as it stands on paper or in an email, or the bare payload; the link names its bot itself.
function readLink(text, fallbackBot) {
  const link = text.trim().match(/(?:t\.me\/|domain=)@?(\w+)(?:.*[?&]start=([\w-]*))?/);
  return link
    ? { bot: link[1], payload: link[2] || null }
    : { bot: fallbackBot, payload: text.trim() || null };
}

function startForm(personId, botOf, card) {
  const form = make("form", "start");
  const input = make("input");
  input.placeholder = "Link or code (optional)";
  input.setAttribute("aria-label", "Deep link or start code");
  form.append(input, make("button", "primary", "Start"));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wanted = readLink(input.value, botOf());
    if (!wanted.bot) return toast(card, "There is no bot to start yet.");
    if (await post(`/sim/people/${personId}/start`, wanted, card)) input.value = "";
  });
  return form;
}

function chatCard(chat) {
  const card = frame("chat", chat.person.name, `${chat.bot.name} · @${chat.bot.username}`);
  card.messages = new Map();
  card.list = make("div", "messages");
  card.atBottom = true;
  card.list.addEventListener("scroll", () => {
    card.atBottom = card.list.scrollTop + card.list.clientHeight >= card.list.scrollHeight - 24;
  });
  new ResizeObserver(() => stayAtBottom(card)).observe(card.list);
  card.keyboard = make("div", "keyboard");
  const act = (name, body) => post(
    `/sim/people/${chat.person.id}/${name}`, { bot: chat.bot.username, ...body }, card,
  );
  const input = make("input");
  input.placeholder = "Write a message";
  input.setAttribute("aria-label", `Message from ${chat.person.name}`);
  card.composer = make("form", "composer");
  card.composer.append(input, make("button", "primary", "Send"));
  card.composer.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (text && await act("say", { text })) input.value = "";
  });
  card.block = button("Block the bot", "plain", () => act("block"));
  card.unblock = button("Unblock the bot", "unblock", () => act("unblock"));
  card.contact = button("Share my number", "plain", () => act("share_contact"));
  const more = make("details");
  more.append(
    make("summary", "", "Start, link, number"),
    startForm(chat.person.id, () => chat.bot.username, card),
    card.contact,
  );
  card.foot = make("div", "foot");
  card.foot.append(more, card.block);
  card.root.append(card.list, card.keyboard, card.composer, card.unblock, card.foot);
  card.draw = (now) => { drawMessages(card, now); drawKeyboard(card, now); drawState(card, now); };
  return card;
}

function newcomerCard(person) {
  const card = frame("newcomer-card", person.name, "has not started a bot");
  const bots = make("select");
  bots.setAttribute("aria-label", "Bot");
  card.root.append(
    make("p", "hint", "Paste the invitation’s link and press Start, or start a bot without one."),
    bots,
    startForm(person.id, () => bots.value, card),
  );
  card.draw = (now, state) => {
    const names = state.bots.map((bot) => bot.username);
    if (card.names === names.join()) return;
    card.names = names.join();
    bots.replaceChildren(...names.map((name) => {
      const option = make("option", "", `@${name}`);
      option.value = name;
      return option;
    }));
    bots.hidden = names.length < 2;
  };
  return card;
}

function push(item) {
  const row = make("div", "push");
  const head = make("div", "push-head");
  head.append(make("strong", "", item.title || "(no title)"), make("time", "", time(item.at)));
  row.append(head, make("p", "", item.body));
  return row;
}

function appCard(app) {
  const card = frame("app", app.owner, `${app.app} · ${app.platform} · ${app.project}`);
  const screen = make("div", "lock");
  const uninstall = button("Uninstall the app", "plain", () => post(
    `/sim/phones/${app.id}/uninstall`, {}, card,
  ));
  const foot = make("div", "foot");
  foot.append(uninstall);
  card.root.append(screen, foot);
  card.draw = (now) => {
    card.root.classList.toggle("quiet", now.uninstalled);
    card.badge.textContent = "uninstalled";
    card.badge.hidden = !now.uninstalled;
    uninstall.disabled = now.uninstalled;
    const none = make("p", "hint", now.uninstalled ? "The app is gone." : "No notifications.");
    screen.replaceChildren(...(now.pushes.length ? now.pushes.map(push) : [none]));
  };
  return card;
}

function place(home, key, content, create, state, position) {
  let card = cards.get(key);
  if (!card) {
    card = create(content);
    cards.set(key, card);
  }
  const there = home.children[position] ?? null;
  if (there !== card.root) home.insertBefore(card.root, there);
  const now = JSON.stringify(content);
  if (card.drawn !== now || create === newcomerCard) {
    card.draw(content, state);
    card.drawn = now;
  }
  return key;
}

function draw(state) {
  const chats = document.getElementById("chats");
  const apps = document.getElementById("apps");
  const seen = new Set();
  let position = 0;
  for (const chat of state.chats) {
    const key = `chat-${chat.bot.username}-${chat.person.id}`;
    seen.add(place(chats, key, chat, chatCard, state, position++));
  }
  for (const person of state.newcomers) {
    seen.add(place(chats, `person-${person.id}`, person, newcomerCard, state, position++));
  }
  state.apps.forEach((app, i) => seen.add(place(apps, `app-${app.id}`, app, appCard, state, i)));
  for (const [key, card] of cards) {
    if (!seen.has(key)) { card.root.remove(); cards.delete(key); }
  }
  for (const name of ["sent", "pushed", "violations"]) {
    document.getElementById(name).textContent = state[name].toLocaleString("it-IT");
  }
  document.getElementById("nobody").hidden = position > 0;
  document.getElementById("apps-section").hidden = !state.apps.length;
  const more = document.getElementById("hidden");
  more.hidden = !state.hidden;
  more.textContent = `${state.hidden} more phones are not shown: these are the ones in use.`;
}

async function refresh() {
  const query = new URLSearchParams({ version });
  const bot = new URLSearchParams(location.search).get("bot");
  if (bot) query.set("bot", bot);
  try {
    const answer = await fetch(`/phones.json?${query}`);
    if (offline) trouble("");
    offline = false;
    if (answer.status !== 200) return;
    const state = await answer.json();
    version = state.version;
    draw(state);
  } catch {
    offline = true;
    trouble("The simulator does not answer. The page goes on as soon as it is back.");
  }
}

async function poll() {
  await refresh();
  setTimeout(poll, POLL_MS);
}

document.getElementById("newcomer").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const fields = Object.fromEntries([...new FormData(form)].filter(([, value]) => value));
  if (!await post("/sim/people", fields)) return;
  trouble("");
  form.reset();
});
poll();
