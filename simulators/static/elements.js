// The pieces that phones are made of. Texts come from strangers: they only ever enter the page as
// text nodes.

const TAGS = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "code",
  blockquote: "q", expandable_blockquote: "q", text_link: "a", url: "a",
};

export function make(tag, className, ...content) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...content);
  return element;
}

export function button(text, className, onClick) {
  const element = make("button", className, text);
  element.type = "button";
  element.addEventListener("click", onClick);
  return element;
}

// ---------------------------------------------------------------- languages and times

// Of the languages with several habits, the ones of Italy's neighbours: 17:30, not 5:30 PM.
function locale(language) {
  try {
    const [known] = Intl.getCanonicalLocales(language || "it");
    return known === "en" ? "en-GB" : known ?? "it";
  } catch {
    return "it";
  }
}

export function clockTime(date, language) {
  return date.toLocaleTimeString(locale(language), { hour: "2-digit", minute: "2-digit" });
}

export function day(date, language) {
  return date.toLocaleDateString(locale(language), { weekday: "long", day: "numeric", month: "long" });
}

export function time(iso, language) {
  const element = make("time", "", clockTime(new Date(iso), language));
  element.dateTime = iso;
  return element;
}

// ---------------------------------------------------------------- formatted text

export function safeLink(url) {
  return /^(https?|tg):\/\//i.test(url) ? url : `https://${url}`;
}

export function link(url, className, ...content) {
  const element = make("a", className, ...content);
  element.href = safeLink(url);
  element.target = "_blank";
  element.rel = "noopener noreferrer";
  return element;
}

function wrap(node, entity, text, onCommand) {
  const className = `entity ${entity.type}`;
  if (entity.type === "bot_command" && onCommand) return button(text, className, () => onCommand(text));
  const tag = TAGS[entity.type] ?? "span";
  return tag === "a" ? link(entity.url ?? text, className, node) : make(tag, className, node);
}

// Telegram makes commands and addresses of a text tappable by itself, where no entity says otherwise.
const TAPPABLE = /(?<![\w/])(?:(https?:\/\/\S*[\w/])|(\/[a-z0-9_]{1,32}\b))/gi;

export function withTappable(text, entities) {
  const found = [...text.matchAll(TAPPABLE)].map(({ 0: { length }, 1: url, index }) => (
    { type: url ? "url" : "bot_command", offset: index, length }
  ));
  const free = ({ offset, length }) => entities.every(
    (known) => known.offset + known.length <= offset || offset + length <= known.offset,
  );
  return [...entities, ...found.filter(free)];
}

// Offsets count UTF-16 units, and so do JavaScript's strings.
export function formatted(text, entities, onCommand) {
  const fragment = document.createDocumentFragment();
  const cuts = new Set([0, text.length]);
  for (const { offset, length } of entities) cuts.add(offset).add(offset + length);
  const edges = [...cuts].sort((a, b) => a - b);
  for (let i = 0; i + 1 < edges.length; i += 1) {
    const piece = text.slice(edges[i], edges[i + 1]);
    let node = document.createTextNode(piece);
    for (const entity of entities) {
      if (entity.offset <= edges[i] && edges[i + 1] <= entity.offset + entity.length) {
        node = wrap(node, entity, piece, onCommand);
      }
    }
    fragment.append(node);
  }
  return fragment;
}

// ---------------------------------------------------------------- a phone

let phones = 0;

// A phone with whose it is above it. `card` is what the kinds of phones build on: `root` goes on the
// shelf, `screen` is theirs to fill.
export function phone(kind, name, language, title, subtitle) {
  const id = `phone-${phones += 1}`;
  const owner = make("h2", "owner", name);
  owner.id = id;
  const badge = make("span", "badge");
  badge.hidden = true;
  const caption = make("header", "caption", owner);
  if (language) caption.append(make("span", "language", language));
  caption.append(badge);
  const bar = make("div", "bar", make("span", "avatar", title.slice(0, 1).toUpperCase()));
  bar.firstChild.setAttribute("aria-hidden", "true");
  bar.append(make("div", "names", make("strong", "", title), make("small", "", subtitle)));
  const toast = make("div", "toast");
  toast.setAttribute("role", "status");
  const screen = make("div", `screen ${kind}`, bar, toast);
  const root = make("article", "phone", caption, screen);
  root.setAttribute("aria-labelledby", id);
  return { root, screen, bar, badge, toast, name };
}

const TOAST_MS = 6000;

// An alert stays until it is closed, as in Telegram.
export function tell(card, text, { alert = false } = {}) {
  clearTimeout(card.toastTimer);
  const silence = () => card.toast.replaceChildren();
  card.toast.replaceChildren(make("p", "", text));
  if (alert) card.toast.append(button("OK", "", silence));
  else card.toastTimer = setTimeout(silence, TOAST_MS);
}

export function mark(card, text) {
  card.badge.textContent = text;
  card.badge.hidden = !text;
  card.root.classList.toggle("quiet", Boolean(text));
}

// What somebody does with their phone; whether the simulator took it. What it changes comes as an event.
export async function act(path, body, complain) {
  let problem = "The simulator does not answer. Try again when the page is live.";
  try {
    const answer = await fetch(path, { method: "POST", body: JSON.stringify(body ?? {}) });
    if (answer.ok) return true;
    problem = (await answer.json()).error;
  } catch { /* the sentence is there already */ }
  complain(problem);
  return false;
}
