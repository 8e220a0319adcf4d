// Input is never lost: what is typed is kept in this tab until the server has taken it, and is brought back after a log-in
// together with the version it was typed against, so that saving it can only merge with what others did, never overwrite it.
const PREFIX = "gx-draft:";
const LEFT_OUT = ["hidden", "password", "file", "submit", "button", "reset"];
const user = document.body.dataset.gxUser ?? "";
const cookie = (name) => document.cookie.split("; ").find((one) => one.startsWith(`${name}=`))?.split("=")[1] ?? "";
const fields = (form) => [...form.elements].filter((one) => one.name && !LEFT_OUT.includes(one.type));
const versions = (form) => [...form.querySelectorAll('input[type=hidden][name="version"], input[type=hidden][name^="version-"], input[type=hidden][name="seen"]')];
const read = (name) => { try { return JSON.parse(sessionStorage.getItem(name)); } catch { return null; } };
const drafts = () => Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX));

// Which form it is: its address and the hidden fields that say what it is about (a page may hold many forms with one address).
function key(form) {
  const about = [...form.querySelectorAll("input[type=hidden]")].filter((one) => !versions(form).includes(one) && !["csrfmiddlewaretoken", "next", "query", "prefilled"].includes(one.name));
  const url = new URL(form.getAttribute("action") || location.href, location.href);
  return PREFIX + [url.pathname, form.dataset.gxDraft ?? "", ...about.map((one) => `${one.name}=${one.value}`)].join("|");
}

function values(form) {
  const found = {};
  for (const one of fields(form)) {
    const given = ["radio", "checkbox"].includes(one.type) ? (one.checked ? one.value : null) : one.value;
    found[one.name] = found[one.name] ?? [];
    if (given !== null) found[one.name].push(given);
  }
  return found;
}

function put(form, kept) {
  const left = structuredClone(kept);
  for (const one of fields(form)) {
    if (!(one.name in left)) continue;
    if (["radio", "checkbox"].includes(one.type)) one.checked = left[one.name].includes(one.value);
    else if (left[one.name].length) one.value = left[one.name].shift();
  }
}

// What became of what was sent: a log-in page or a refusal means it was not taken, any other page means it was.
function settle() {
  if (document.querySelector('[data-gx-draft-state="asks"]')) return; // the conflict page: still open
  const [arrival] = performance.getEntriesByType("navigation");
  const again = ["reload", "back_forward"].includes(arrival?.type); // the server did not answer, and somebody came back
  const refused = again || document.querySelector('[data-gx-draft-state="kept"], .gx-sum') !== null;
  for (const name of drafts()) {
    const draft = read(name);
    if (!draft?.sent) continue;
    if (refused) sessionStorage.setItem(name, JSON.stringify({ ...draft, sent: false }));
    else sessionStorage.removeItem(name);
  }
}

function say(form, draft, name, before) {
  const pattern = document.getElementById("gx-draft-note");
  if (!pattern) return;
  const note = pattern.content.firstElementChild.cloneNode(true);
  const moved = Object.entries(draft.versions).some(([one, value]) => before.versions[one] !== value);
  note.querySelector('[data-gx="draft-moved"]').hidden = !moved;
  note.querySelector('[data-gx="draft-drop"]').addEventListener("click", () => {
    sessionStorage.removeItem(name);
    put(form, before.values);
    for (const one of versions(form)) one.value = before.versions[one.name];
    note.remove();
  });
  form.prepend(note);
}

function versioned(form) {
  return Object.fromEntries(versions(form).map((one) => [one.name, one.value]));
}

function restore(form, name) {
  const draft = read(name);
  if (!draft || document.querySelector(".gx-sum")) return false;
  const before = { values: values(form), versions: versioned(form) };
  put(form, draft.values);
  for (const one of versions(form)) if (one.name in draft.versions) one.value = draft.versions[one.name];
  say(form, draft, name, before);
  return true;
}

function keep(form) {
  const name = key(form);
  let changed = restore(form, name) || read(name) !== null;
  const save = (sent) => sessionStorage.setItem(name, JSON.stringify({ user, values: values(form), versions: versioned(form), sent }));
  const typed = () => { changed = true; save(false); };
  form.addEventListener("input", typed);
  form.addEventListener("change", typed);
  form.addEventListener("submit", () => {
    const token = form.querySelector("input[name=csrfmiddlewaretoken]");
    if (token && cookie("csrftoken")) token.value = cookie("csrftoken"); // logged in anew in another tab: the old token is void
    if (changed) save(true);
    changed = false;
  });
  if (form.dataset.gx === "form") window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
  for (const link of form.querySelectorAll("a.btn")) link.addEventListener("click", () => { changed = false; sessionStorage.removeItem(name); });
}

export function forms() {
  if (user) for (const name of drafts()) if (read(name)?.user !== user) sessionStorage.removeItem(name); // a colleague at the same screen
  settle();
  for (const form of document.querySelectorAll("main form")) {
    const small = form.closest(".gx-pop, dialog") !== null || form.hasAttribute("hx-post");
    if (form.method !== "post" || small || form.querySelector("input[type=password]") || !fields(form).length || !user) continue;
    keep(form);
  }
  document.addEventListener("submit", (event) => { if (event.target.action?.includes("/logout/")) drafts().forEach((name) => sessionStorage.removeItem(name)); });
  document.addEventListener("click", (event) => {
    const fix = event.target.closest("[data-gx-fix]");
    if (!fix) return;
    const field = document.getElementById(fix.dataset.gxFix);
    field.value = fix.dataset.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
}
