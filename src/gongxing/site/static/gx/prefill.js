// A fact is typed once: when a reference is chosen, fields that follow from it are filled with what its owner holds, and say so. What
// somebody typed stays; what was filled in and left alone follows the new choice.
const plain = (text) => text.replaceAll("\r\n", "\n").trim();
const told = (form) => { try { return JSON.parse(form.elements.prefilled.value || "{}"); } catch { return {}; } };

function say(form, name, kept) {
  const line = document.getElementById(`s-${name}`);
  if (!line) return;
  const left = kept !== undefined && kept[0] !== "" && plain(form.elements[name]?.value ?? "") === plain(kept[0]);
  line.textContent = left ? kept[1] : "";
  line.hidden = !left;
}

async function follow(form, references) {
  const given = new URLSearchParams(references.map((name) => [name, form.elements[name]?.value ?? ""]));
  const answer = await fetch(`${form.dataset.gxPrefill}?${given}`, { headers: { accept: "application/json" } });
  if (!answer.ok || answer.redirected) return;
  const now = told(form);
  for (const [name, [value, source]] of Object.entries(await answer.json())) {
    const field = form.elements[name];
    if (!field || (field.value !== "" && plain(field.value) !== plain(now[name]?.[0] ?? ""))) continue;
    if (value === "") delete now[name]; else now[name] = [value, source];
    form.elements.prefilled.value = JSON.stringify(now);
    if (field.value !== value) {
      field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    say(form, name, now[name]);
  }
}

export function prefills() {
  for (const form of document.querySelectorAll('main form[data-gx="form"]')) {
    if (!form.elements.prefilled) continue;
    for (const [name, kept] of Object.entries(told(form))) say(form, name, kept); // a draft brought back may differ
    const references = (form.dataset.gxReferences ?? "").split(" ").filter(Boolean);
    const look = (event) => say(form, event.target.name, told(form)[event.target.name]);
    form.addEventListener("input", look);
    form.addEventListener("change", (event) => {
      look(event);
      if (references.includes(event.target.name)) follow(form, references).catch(() => {}); // without an answer one types
    });
  }
}
