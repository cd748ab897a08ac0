// The pieces that phones are made of. Texts come from strangers: they only ever enter the page as
// text nodes.

const TAGS = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "code",
  blockquote: "q", expandable_blockquote: "q", text_link: "a", url: "a",
};

export function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

export function button(text, className, onClick) {
  const element = make("button", className, text);
  element.type = "button";
  element.addEventListener("click", onClick);
  return element;
}

export function time(iso) {
  return new Date(iso).toLocaleTimeString("it-IT", { hour: "2-digit", minute: "2-digit" });
}

export function safeLink(url) {
  return /^(https?|tg):\/\//i.test(url) ? url : `https://${url}`;
}

function wrap(node, entity, text) {
  const element = make(TAGS[entity.type] ?? "span", `entity ${entity.type}`);
  if (element.tagName === "A") {
    element.href = safeLink(entity.url ?? text);
    element.target = "_blank";
    element.rel = "noopener noreferrer";
  }
  element.append(node);
  return element;
}

// Offsets count UTF-16 units, and so do JavaScript's strings.
export function formatted(text, entities) {
  const fragment = document.createDocumentFragment();
  const cuts = new Set([0, text.length]);
  for (const { offset, length } of entities) cuts.add(offset).add(offset + length);
  const edges = [...cuts].sort((a, b) => a - b);
  for (let i = 0; i + 1 < edges.length; i += 1) {
    const piece = text.slice(edges[i], edges[i + 1]);
    let node = document.createTextNode(piece);
    for (const entity of entities) {
      if (entity.offset <= edges[i] && edges[i + 1] <= entity.offset + entity.length) {
        node = wrap(node, entity, piece);
      }
    }
    fragment.append(node);
  }
  return fragment;
}
