// The phones side by side, and on a narrow screen one at a time, with a tab for each.

import { button, make } from "/static/elements.js";

const shelf = document.getElementById("phones");
const tabs = document.getElementById("tabs");
const tabOf = new Map();

// What is in sight needs no dot.
const sight = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    const tab = tabOf.get(target);
    if (!tab) continue;
    tab.setAttribute("aria-current", String(isIntersecting));
    if (!isIntersecting) continue;
    tab.classList.remove("unread");
    tab.scrollIntoView({ block: "nearest", inline: "center" });
  }
}, { root: shelf, threshold: 0.6 });

export function place(card, position) {
  const { root } = card;
  if (!tabOf.has(root)) {
    const tab = button("", "tab", () => root.scrollIntoView({ block: "nearest", inline: "center" }));
    tab.append(make("span", "", card.name));
    tabOf.set(root, tab);
    sight.observe(root);
  }
  for (const [home, element] of [[shelf, root], [tabs, tabOf.get(root)]]) {
    const there = home.children[position] ?? null;
    if (there !== element) home.insertBefore(element, there);
  }
}

export function take(card) {
  sight.unobserve(card.root);
  tabOf.get(card.root).remove();
  tabOf.delete(card.root);
  card.root.remove();
}

export function notice(card) {
  const tab = tabOf.get(card.root);
  if (tab.getAttribute("aria-current") !== "true") tab.classList.add("unread");
}
