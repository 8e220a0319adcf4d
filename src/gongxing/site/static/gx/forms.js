// Input is never lost: what is typed is kept in this tab until it is saved, and offered again after a log-in.
const key = (form) => `gx-form:${form.action}`;
const fields = (form) => [...form.elements].filter((one) => one.name && !["hidden", "password", "file", "submit", "button"].includes(one.type));

export function forms() {
  for (const form of document.querySelectorAll('form[data-gx="form"]')) {
    const kept = sessionStorage.getItem(key(form));
    if (kept && !document.querySelector(".gx-sum")) {
      const values = JSON.parse(kept);
      for (const field of fields(form)) if (field.name in values) field.value = values[field.name];
    }
    let changed = Boolean(kept);
    form.addEventListener("input", () => {
      changed = true;
      sessionStorage.setItem(key(form), JSON.stringify(Object.fromEntries(fields(form).map((one) => [one.name, one.value]))));
    });
    form.addEventListener("submit", () => { changed = false; });
    window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
    for (const link of form.querySelectorAll("a.btn")) link.addEventListener("click", () => { changed = false; sessionStorage.removeItem(key(form)); });
  }
  if (document.querySelector(".gx-msg.is-success")) for (const name of Object.keys(sessionStorage)) if (name.startsWith("gx-form:")) sessionStorage.removeItem(name);
  document.addEventListener("click", (event) => {
    const fix = event.target.closest("[data-gx-fix]");
    if (!fix) return;
    const field = document.getElementById(fix.dataset.gxFix);
    field.value = fix.dataset.value;
    field.focus();
  });
}
