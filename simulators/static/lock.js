// The lock screen of a phone that has a company's app.

import { act, button, clockTime, day, make, mark, phone, tell, time } from "/static/elements.js";

const MINUTE_MS = 60_000;

function notification(app, push) {
  const head = make("div", "push-head", make("span", "", app), time(push.at, push.language));
  const row = make("li", "push", head, make("strong", "", push.title || "(no title)"), make("p", "", push.body));
  if (push.language) row.lang = push.language;
  return row;
}

export function appPhone(app) {
  const platform = app.platform === "ios" ? "iPhone" : "Android";
  const card = phone("lock", app.owner, "", app.app, `${platform} app · ${app.project}`);
  const hours = make("p", "hours");
  const date = make("p", "date");
  const tick = () => {
    const now = new Date();
    hours.textContent = clockTime(now, "it");
    date.textContent = day(now, "it");
    setTimeout(tick, MINUTE_MS - (now.getTime() % MINUTE_MS));
  };
  tick();
  date.lang = "it";
  const wall = make("div", "wall", hours, date);
  const pushes = make("ul", "pushes");
  pushes.tabIndex = 0;
  pushes.setAttribute("aria-label", `Notifications on ${app.owner}’s phone`);
  const none = make("p", "hint");
  const uninstall = button("Uninstall the app", "quiet-button", () => act(
    `/sim/phones/${app.id}/uninstall`, {}, (problem) => tell(card, problem),
  ));
  card.screen.append(wall, none, pushes, make("div", "foot", uninstall));
  let seen = null;
  card.draw = (now, announce) => {
    mark(card, now.uninstalled ? "app uninstalled" : "");
    uninstall.hidden = now.uninstalled;
    none.textContent = now.uninstalled ? "The app is gone, and nobody was told." : "No notifications.";
    none.hidden = now.pushes.length > 0;
    pushes.hidden = !now.pushes.length;
    pushes.replaceChildren(...now.pushes.map((push) => notification(now.app, push)));
    const newest = now.pushes[0];
    if (seen !== null && newest && newest.seq > seen) {
      pushes.firstChild.classList.add("new");
      pushes.scrollTop = 0;
      announce(`${newest.title}. ${newest.body}`, newest.language);
    }
    seen = newest?.seq ?? 0;
  };
  return card;
}
