// Shows a question only to those to whom it applies. Without a script every question is shown, with a note
// that says whom it is for; the server asks by the same rules either way.

const questions = document.querySelectorAll("[data-applies]");

for (const question of questions) {
  question.querySelector("[data-note]")?.remove();
}

// In the order of the page: a rule only asks for what stands before it.
function showWhatApplies() {
  for (const question of questions) {
    question.hidden = !applies(JSON.parse(question.dataset.applies), question.closest("form"));
  }
}

function applies({ when = {}, unless = {}, underAge = 0 }, form) {
  const chosen = ([field, values]) => answers(form, field).some((answer) => values.includes(answer));
  return Object.entries(when).every(chosen) && !Object.entries(unless).some(chosen) && (!underAge || isBelow(underAge, form));
}

// What is chosen in a field; nothing when the field itself is not shown.
function answers(form, field) {
  return [...form.elements]
    .filter((control) => control.name === field && !control.closest("[hidden]"))
    .filter((control) => !["radio", "checkbox"].includes(control.type) || control.checked)
    .map((control) => control.value);
}

function isBelow(age, form) {
  const [year, month, day] = ["year", "month", "day"].map((part) =>
    Number(answers(form, `birth_date_${part}`)[0]?.normalize("NFKC") || NaN),
  );
  const birthday = new Date(year + age, month - 1, day);
  return birthday > new Date();
}

document.addEventListener("input", showWhatApplies);
document.addEventListener("change", showWhatApplies);
// The browser may have put earlier answers back.
window.addEventListener("pageshow", showWhatApplies);
showWhatApplies();
