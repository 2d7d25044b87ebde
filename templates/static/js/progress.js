// Renews the part of the page that says how far the work is; loads the whole page when the work is over.
(() => {
  "use strict";
  const EVERY_MS = 3000;
  const part = document.getElementById("progress");
  if (!part) return;
  const timer = setInterval(async () => {
    try {
      const answer = await fetch(location.pathname, { credentials: "same-origin" });
      const shown = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("progress");
      if (!answer.ok || !shown || !("goesOn" in shown.dataset)) {
        clearInterval(timer);
        location.replace(location.pathname);
        return;
      }
      part.replaceChildren(...shown.childNodes);
    } catch {
      // The network is away for a moment: the next turn tries again.
    }
  }, EVERY_MS);
})();
