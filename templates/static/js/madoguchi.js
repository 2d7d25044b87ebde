// Makes pages nicer; every journey works without it.

"use strict";

// Errors are read first: the summary takes the focus when the page arrives with one.
const summary = document.querySelector("[data-focus]");
if (summary) {
  summary.focus();
}

// The second press of an impatient click is not sent (the server would recognise it anyway).
const sent = new WeakSet();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  // Marked after the browser has collected the pressed button's own value.
  setTimeout(() => markButtons(form, true), 0);
  // A download answers without leaving the page: the form must become usable again.
  setTimeout(() => release(form), 4000);
});

// Back from the browser's store of pages: the forms are usable again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) {
    for (const form of document.forms) {
      release(form);
    }
  }
});

function release(form) {
  sent.delete(form);
  markButtons(form, false);
}

function markButtons(form, busy) {
  for (const button of form.querySelectorAll('button[type="submit"]')) {
    if (busy) {
      button.setAttribute("aria-disabled", "true");
    } else {
      button.removeAttribute("aria-disabled");
    }
  }
}
