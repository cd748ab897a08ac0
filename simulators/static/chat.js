// A Telegram chat, and a person who has none yet.

import { act, button, day, formatted, link, make, mark, phone, tell, time, withTappable } from "/static/elements.js";

// What Telegram itself says, in the language of the phone. Another’s is English, as for a bot.
const WORDS = {
  en: { edited: "edited", silent: "silent", message: "Message", send: "Send" },
  it: { edited: "modificato", silent: "silenzioso", message: "Messaggio", send: "Invia" },
};

function words(card) {
  const lang = (card.language ?? "").slice(0, 2) in WORDS ? card.language.slice(0, 2) : "en";
  return { lang, ...WORDS[lang] };
}

// ---------------------------------------------------------------- messages

function inlineButton(card, message, spec) {
  const look = `inline ${spec.style ?? ""}`.trim();
  if (spec.url) return link(spec.url, look, `${spec.text} ↗`);
  const name = spec.data ?? spec.text;
  const element = button(spec.text, look, async () => {
    // The clock on the button runs until the bot answers, as in Telegram.
    const pressed = `${message.message_id} ${name}`;
    if (card.pressed.has(pressed)) return;
    card.pressed.add(pressed);
    element.setAttribute("aria-busy", "true");
    if (await card.do("press", { message_id: message.message_id, button: name })) return;
    card.pressed.delete(pressed);
    element.removeAttribute("aria-busy");
  });
  element.disabled = spec.disabled;
  if (card.pressed.has(`${message.message_id} ${name}`)) element.setAttribute("aria-busy", "true");
  return element;
}

// What stands after /start in a link is for the bot: Telegram shows the command alone. A file has a place of its own.
function shownText(message) {
  if (message.from === "person") return message.text.replace(/^\/start \S+$/, "/start");
  return message.file ? message.text.replace(/^\[.*\]\n?/, "") : message.text;
}

function file({ name, text }) {
  return button(`↓ ${name}`, "file", () => {
    const url = URL.createObjectURL(new Blob([text], { type: "application/octet-stream" }));
    const saved = make("a", "");
    Object.assign(saved, { href: url, download: name });
    saved.click();
    URL.revokeObjectURL(url);
  });
}

function bubble(card, message) {
  const row = make("li", `message from-${message.from}`);
  row.lang = card.language;
  const body = make("div", "bubble");
  const contact = message.contact;
  if (contact) body.append(`☎ ${contact.first_name} +${contact.phone_number}`);
  if (message.file) body.append(file(message.file));
  const shown = shownText(message);
  const entities = withTappable(shown, shown === message.text ? message.entities : []);
  body.append(formatted(shown, entities, (text) => card.do("say", { text })));
  const when = make("span", "when");
  const said = words(card);
  for (const [is, word] of [[message.edited, said.edited], [message.silent, said.silent]]) {
    if (is) when.append(make("span", "", word), " ");
  }
  when.lang = said.lang;
  when.append(time(message.at, card.language));
  body.append(when);
  row.append(body);
  for (const buttons of message.buttons) {
    row.append(make("div", "inline-row", ...buttons.map((spec) => inlineButton(card, message, spec))));
  }
  return row;
}

function drawMessages(card, chat, announce) {
  const seen = new Set();
  let date = "";
  let after = null;
  for (const message of chat.data) {
    const key = String(message.message_id);
    seen.add(key);
    let part = card.parts.get(key);
    const now = JSON.stringify(message);
    if (part?.drawn !== now) {
      const element = bubble(card, message);
      const isNew = !part && card.drawn;
      if (isNew) element.classList.add("new");
      part?.element.replaceWith(element);
      part = { drawn: now, element };
      card.parts.set(key, part);
      if (isNew && message.from === "bot") announce(message.text, card.language);
      if (isNew && !card.atBottom) card.jump.hidden = false;
    }
    const today = day(new Date(message.at), card.language);
    if (today !== date) {
      date = today;
      seen.add(today);
      const chip = card.parts.get(today) ?? { element: make("li", "day", today) };
      chip.element.lang = card.language;
      card.parts.set(today, chip);
      after = put(card.list, chip.element, after);
    }
    after = put(card.list, part.element, after);
  }
  for (const [key, { element }] of card.parts) {
    if (!seen.has(key)) { element.remove(); card.parts.delete(key); }
  }
  card.nothing.hidden = chat.data.length > 0;
  stayAtBottom(card);
}

// Moves nothing that stands right: what is under the finger stays there.
function put(home, element, after) {
  const place = after ? after.nextSibling : home.firstChild;
  if (place !== element) home.insertBefore(element, place);
  return element;
}

// Whoever reads further up keeps their place; whoever is at the bottom sees what comes.
function stayAtBottom(card) {
  if (card.atBottom) card.scroller.scrollTop = card.scroller.scrollHeight;
  card.sizes = sizes(card.scroller);
}

function sizes({ clientHeight, scrollHeight }) {
  return `${clientHeight} ${scrollHeight}`;
}

function scrolled(card) {
  // What grew or shrank scrolls, too, and that is not the reader's wish.
  if (card.sizes !== sizes(card.scroller)) return stayAtBottom(card);
  const { scrollTop, clientHeight, scrollHeight } = card.scroller;
  card.atBottom = scrollTop + clientHeight >= scrollHeight - 24;
  if (card.atBottom) card.jump.hidden = true;
}

function drawKeyboard(card, chat) {
  const rows = chat.blocked ? [] : chat.keyboard ?? [];
  const now = JSON.stringify(rows);
  if (card.keyboardDrawn === now) return;
  card.keyboardDrawn = now;
  card.keyboard.replaceChildren(...rows.map((row) => make("div", "inline-row", ...row.map(
    (key) => button(key.text, "key", () => card.do("press", { button: key.text })),
  ))));
}

function drawState(card, chat) {
  const gone = chat.person.deactivated;
  mark(card, gone ? "account deleted" : chat.blocked ? "bot blocked" : "");
  card.composer.hidden = chat.blocked || gone;
  card.unblock.hidden = !chat.blocked || gone;
  card.more.hidden = gone;
  card.block.hidden = chat.blocked;
  card.contact.disabled = !chat.person.phone || chat.blocked;
  const newest = chat.toasts.at(-1);
  if (card.drawn && newest && card.toasted !== newest.at) tell(card, newest.text, newest);
  card.toasted = newest?.at;
}

// ---------------------------------------------------------------- the phone around them

// A link as it stands on paper or in an email, or the bare payload; the link names its bot itself.
function readLink(text, fallbackBot) {
  const found = text.trim().match(/(?:t\.me\/|domain=)@?(\w+)(?:.*[?&]start=([\w-]*))?/);
  return found
    ? { bot: found[1], payload: found[2] || null }
    : { bot: fallbackBot, payload: text.trim() || null };
}

function startForm(card, personId, botOf) {
  const input = make("input");
  input.placeholder = "Link or code";
  input.setAttribute("aria-label", `Invitation’s link or code for ${card.name}`);
  input.autocomplete = "off";
  const form = make("form", "start", input, make("button", "primary", "Start"));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const complain = (problem) => tell(card, problem);
    const wanted = readLink(input.value, botOf());
    if (!wanted.bot) return complain("There is no bot to start yet.");
    if (!await act(`/sim/people/${personId}/start`, wanted, complain)) return;
    input.value = "";
    if (card.more) card.more.open = false;
  });
  return form;
}

function composer(card) {
  const input = make("input");
  const said = words(card);
  input.placeholder = said.message;
  input.autocomplete = "off";
  input.enterKeyHint = "send";
  input.setAttribute("aria-label", `Message from ${card.name}`);
  const form = make("form", "composer", input, make("button", "primary", said.send));
  form.lastChild.lang = said.lang;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (text && await card.do("say", { text })) input.value = "";
  });
  return form;
}

function menu(card, personId, bot) {
  const does = (name) => async () => { card.more.open = false; await card.do(name); };
  const dots = make("summary", "", "⋯");
  dots.setAttribute("aria-label", `More that ${card.name} can do`);
  card.contact = button("Share my number", "", does("share_contact"));
  card.block = button("Block the bot", "", does("block"));
  card.more = make("details", "more", dots, make(
    "div", "menu", startForm(card, personId, () => bot), card.contact, card.block,
  ));
  card.more.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    card.more.open = false;
    dots.focus();
  });
  document.addEventListener("click", (event) => {
    if (!card.more.contains(event.target)) card.more.open = false;
  });
  return card.more;
}

function messageList(card, botName) {
  card.list = make("ol", "");
  card.scroller = make("div", "messages", card.list);
  card.scroller.tabIndex = 0;
  card.scroller.setAttribute("role", "group");
  card.scroller.setAttribute("aria-label", `${card.name}’s chat with ${botName}`);
  card.atBottom = true;
  card.scroller.addEventListener("scroll", () => scrolled(card));
  const watch = new ResizeObserver(() => stayAtBottom(card));
  watch.observe(card.scroller);
  watch.observe(card.list);
  card.jump = button("↓ New messages", "jump", () => { card.atBottom = true; stayAtBottom(card); });
  card.jump.hidden = true;
  card.nothing = make("p", "hint", "No messages yet.");
  return make("div", "chat-ground", card.nothing, card.scroller, card.jump);
}

export function chatPhone(chat, state) {
  const { person, bot } = chat;
  const botName = state.bots[bot] ?? bot;
  const card = phone("chat", person.name, person.language_code, botName, `@${bot}`);
  card.language = person.language_code;
  card.parts = new Map();
  card.pressed = new Set();
  card.do = (name, body) => act(
    `/sim/people/${person.id}/${name}`, { bot, ...body }, (problem) => tell(card, problem),
  );
  card.bar.append(menu(card, person.id, bot));
  card.keyboard = make("div", "keyboard");
  card.composer = composer(card);
  card.unblock = button("Unblock the bot", "unblock", () => card.do("unblock"));
  card.screen.append(messageList(card, botName), card.keyboard, card.composer, card.unblock);
  card.draw = (now, announce) => {
    if (!now.unanswered.length) release(card);
    drawMessages(card, now, announce);
    drawKeyboard(card, now);
    drawState(card, now);
    card.drawn = true;
  };
  return card;
}

function release(card) {
  card.pressed.clear();
  for (const element of card.list.querySelectorAll("[aria-busy]")) element.removeAttribute("aria-busy");
}

export function newcomerPhone({ person }) {
  const card = phone("newcomer", person.name, person.language_code, "Telegram", "no chat with a bot yet");
  const bots = make("select");
  bots.setAttribute("aria-label", "Bot");
  card.screen.append(make(
    "div", "chat-ground",
    make("p", "hint", "Paste the invitation’s link and press Start, or start a bot without one."),
  ), bots, startForm(card, person.id, () => bots.value));
  card.draw = (_, __, state) => {
    const names = Object.keys(state.bots);
    if (card.names === names.join()) return;
    card.names = names.join();
    bots.replaceChildren(...names.map((name) => new Option(`@${name}`, name)));
    bots.hidden = names.length < 2;
  };
  return card;
}
