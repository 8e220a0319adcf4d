// The site's behaviour. Everything works without it but the palette, dialogs and charts.
import { palette } from "./palette.js";
import { charts } from "./charts.js";
import { forms } from "./forms.js";
import { prefills } from "./prefill.js";
import { lists } from "./lists.js";

const root = document.documentElement;
const cookie = (name) => document.cookie.split("; ").find((one) => one.startsWith(`${name}=`))?.split("=")[1] ?? "";

function post(url, pairs) {
  return fetch(url, { method: "POST", body: new URLSearchParams(pairs), headers: { "X-CSRFToken": cookie("csrftoken"), "X-Requested-With": "fetch" } });
}

function display() {
  for (const button of document.querySelectorAll("[data-gx-set]")) {
    button.addEventListener("click", () => {
      const [name, value] = button.dataset.gxSet.split("=");
      if (name === "theme") root.dataset.bsTheme = value; else root.dataset.gxSize = value;
      document.dispatchEvent(new CustomEvent("gx:theme"));
      post("/display/", { [name]: value });
    });
  }
}

function shell() {
  const side = document.getElementById("side");
  for (const button of document.querySelectorAll('[data-gx="burger"]')) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      const open = side.classList.toggle("open");
      button.setAttribute("aria-expanded", String(open));
    });
  }
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.gx-menu[open]")) if (!menu.contains(event.target)) menu.open = false;
    if (event.target.closest('[data-gx="print"]')) window.print();
    if (event.target.closest('[data-gx="close"]')) event.target.closest("dialog").close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "?" && !typing) document.getElementById("keys")?.showModal();
    if (event.key === "Escape") for (const menu of document.querySelectorAll("details.gx-menu[open]")) menu.open = false;
    if (event.key === "Enter" && event.ctrlKey && event.target.form) event.target.form.requestSubmit();
  });
}

function dialogs() {
  const dialog = document.getElementById("dialog");
  if (!dialog) return;
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target === dialog) {
      if (!dialog.open) dialog.showModal();
      (dialog.querySelector('[data-gx="focus"]') ?? dialog.querySelector("input:not([type=hidden]), select, textarea"))?.focus();
    }
  });
  document.body.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status === 401) document.getElementById("relogin").showModal();
  });
  document.body.addEventListener("htmx:configRequest", (event) => { event.detail.headers["X-CSRFToken"] = cookie("csrftoken"); });
}

function jobs() {
  const page = document.querySelector('[data-gx="job-page"]');
  const done = () => {
    if (!page || !page.querySelector('[data-gx="job-ended"]')) return;
    const to = new URL(page.dataset.url, location.href), here = to.pathname === location.pathname && to.search === location.search;
    if (!here || !to.hash) { location.assign(to); return; }
    location.hash = to.hash; // the same page at a place of it: only a reload asks the server again, and it stays where one looks
    location.reload();
  };
  document.body.addEventListener("htmx:afterSwap", done);
  done();
}

function middles() {
  for (const box of document.querySelectorAll('[data-gx="middle"]')) box.scrollLeft = (box.scrollWidth - box.clientWidth) / 2;
}

function copying() {
  for (const button of document.querySelectorAll("[data-gx-copy]")) {
    button.addEventListener("click", async () => {
      const text = await (await fetch(button.dataset.gxCopy)).text();
      await navigator.clipboard.writeText(text);
      button.textContent += " ✓";
    });
  }
}

function accounts() {
  for (const button of document.querySelectorAll("[data-gx-account]")) {
    button.addEventListener("click", () => { document.getElementById("u").value = button.dataset.gxAccount; document.getElementById("p").focus(); });
  }
}

function tracks() {
  for (const card of document.querySelectorAll(".gx-trackcard")) {
    const now = card.querySelector("[aria-current]")?.getBoundingClientRect(), frame = card.getBoundingClientRect();
    if (now) card.scrollLeft += now.left + now.width / 2 - frame.left - frame.width / 2;
  }
}

display(); shell(); dialogs(); jobs(); middles(); copying(); accounts(); palette(); charts(); forms(); prefills(); lists(); tracks();
document.querySelector('[data-gx="focus"]')?.focus();
