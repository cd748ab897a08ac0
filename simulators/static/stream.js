// Follows /sim/events. The browser connects again by itself and says where it was; what it does not
// do by itself is done here: start over when it gave up, or when nothing, not even a beat, has
// come for too long (a phone that slept holds a dead connection for an open one).

const SILENCE_MS = 25_000;
const LOOK_MS = 5_000;
const AGAIN_MS = 1_000;

export function follow(bot, { changed, connected, lost }) {
  let source;
  let told = "";
  let heard = 0;
  let timer;

  function hear() {
    heard = Date.now();
    connected();
  }

  function open() {
    source?.close();
    clearTimeout(timer);
    heard = Date.now();
    const query = new URLSearchParams({ after: told });
    if (bot) query.set("bot", bot);
    source = new EventSource(`/sim/events?${query}`);
    source.addEventListener("beat", hear);
    source.addEventListener("phones", (event) => {
      hear();
      told = event.lastEventId;
      changed(JSON.parse(event.data));
    });
    source.addEventListener("error", () => {
      lost();
      if (source.readyState === EventSource.CLOSED) timer = setTimeout(open, AGAIN_MS);
    });
  }

  function look() {
    if (Date.now() - heard < SILENCE_MS) return;
    lost();
    open();
  }

  open();
  setInterval(look, LOOK_MS);
  addEventListener("online", open);
  addEventListener("pageshow", look);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
  return {
    startOver() {
      told = "";
      source.close();
      clearTimeout(timer);
      timer = setTimeout(open, AGAIN_MS);
    },
  };
}
