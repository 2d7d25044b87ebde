// Fills in the address of a postal code without a new page. What was typed is only replaced by what is chosen.
// web/postal_search.py does the same for browsers without a script.

for (const box of document.querySelectorAll("[data-address]")) {
  box.querySelector("button").addEventListener("click", (event) => {
    event.preventDefault();
    search(box);
  });
  const places = box.querySelector(".address__places");
  if (places.childElementCount) {
    places.replaceChildren();
    search(box);
  }
}

async function search(box) {
  const code = readCode(document.getElementById(box.dataset.address).value);
  const places = box.querySelector(".address__places");
  places.replaceChildren();
  if (!code) {
    say(box, "mistyped");
    return;
  }
  const found = await placesOf(code);
  if (!found) {
    say(box, "failed");
  } else if (!found.length) {
    say(box, "unknown");
  } else if (found.length === 1 && replacesNothing(valuesOf(box, found[0]))) {
    write(box, found[0]);
  } else {
    offer(box, found);
    say(box, "choose");
  }
}

// Seven digits whatever their width, with or without a mark and a dash; "" when it is no postal code.
function readCode(typed) {
  const code = typed.normalize("NFKC").replace(/^\s*〒/, "").replace(/[-‐‑‒–—―−ー\s]/g, "");
  return /^[0-9]{7}$/.test(code) ? code : "";
}

// The places of a code; none when there is no such code, null when nobody can say.
async function placesOf(code) {
  try {
    const answer = await fetch(`/static/postal/${code.slice(0, 3)}.json`);
    if (answer.ok) {
      return (await answer.json())[code] ?? [];
    }
    return answer.status === 404 ? [] : null;
  } catch {
    return null;
  }
}

// What each field gets for a place. A part without a field of its own goes into the next smaller one.
function valuesOf(box, [prefectureCode, , prefecture, city, town]) {
  const { prefecture: prefectureField, city: cityField, town: townField } = box.dataset;
  const values = new Map();
  let left = prefecture;
  if (prefectureField) {
    values.set(document.getElementById(prefectureField), prefectureCode);
    left = "";
  }
  left += city;
  if (cityField) {
    values.set(document.getElementById(cityField), left);
    left = "";
  }
  if (townField) {
    values.set(document.getElementById(townField), left + town);
  }
  return values;
}

function replacesNothing(values) {
  return [...values].every(([control, value]) => !control.value || control.value.startsWith(value));
}

function write(box, place) {
  for (const [control, value] of valuesOf(box, place)) {
    if (!control.value.startsWith(value)) {
      // The house number that was typed stays behind the town.
      const isNumber = control.id === box.dataset.town && /^[0-9０-９]/.test(control.value);
      control.value = isNumber ? value + control.value : value;
    }
    control.dispatchEvent(new Event("change", { bubbles: true }));
  }
  say(box, "found");
}

function offer(box, found) {
  const group = make("fieldset", "field group");
  const legend = make("legend", "field__label", box.dataset.places);
  const choices = make("div", "choices");
  found.forEach((place, index) => {
    const label = make("label", "choice");
    const radio = make("input", "choice__box");
    Object.assign(radio, { type: "radio", name: `${box.dataset.address}_place`, value: String(index) });
    label.append(radio, make("span", "choice__label", place.slice(2).join("")));
    choices.append(label);
  });
  group.append(legend, choices);
  const use = make("button", "button button--secondary button--small", box.dataset.use);
  use.type = "button";
  use.addEventListener("click", () => choose(box, found));
  box.querySelector(".address__places").replaceChildren(group, use);
}

function choose(box, found) {
  const places = box.querySelector(".address__places");
  const chosen = places.querySelector("input:checked");
  if (!chosen) {
    say(box, "choose");
    return;
  }
  write(box, found[Number(chosen.value)]);
  places.replaceChildren();
  const { town, city, prefecture } = box.dataset;
  document.getElementById(town || city || prefecture).focus();
}

function say(box, what) {
  box.querySelector("[role=status]").textContent = box.dataset[what];
}

function make(tag, style, text = "") {
  return Object.assign(document.createElement(tag), { className: style, textContent: text });
}
