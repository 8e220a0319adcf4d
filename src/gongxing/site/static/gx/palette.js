// Ctrl-K or /: records, acts and pages, by any part of a name, pinyin initials or code.
export function palette() {
  const box = document.getElementById("palette");
  if (!box) return;
  const input = box.querySelector("input"), list = box.querySelector("[role=listbox]");
  let at = -1, asked = 0;

  const options = () => [...list.querySelectorAll("[role=option]")];
  const mark = (next) => {
    const found = options();
    if (!found.length) return;
    at = (next + found.length) % found.length;
    found.forEach((one, index) => { one.id = `palette-${index}`; one.setAttribute("aria-selected", String(index === at)); });
    input.setAttribute("aria-activedescendant", found[at].id);
    found[at].scrollIntoView({ block: "nearest" });
  };
  const ask = async () => {
    const mine = ++asked;
    const answer = await fetch(`${box.dataset.url}?q=${encodeURIComponent(input.value)}`, { headers: { "X-Requested-With": "fetch" } });
    if (mine !== asked || !answer.ok) return;
    list.innerHTML = await answer.text();
    at = -1;
    mark(0);
  };
  const open = () => { box.showModal(); input.select(); ask(); };

  for (const button of document.querySelectorAll('[data-gx="palette"]')) button.addEventListener("click", (event) => { event.preventDefault(); open(); });
  document.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if ((event.key === "k" && (event.ctrlKey || event.metaKey)) || (event.key === "/" && !typing)) { event.preventDefault(); open(); }
  });
  let timer = 0;
  input.addEventListener("input", (event) => { if (!event.isComposing) { clearTimeout(timer); timer = setTimeout(ask, 120); } });
  input.addEventListener("compositionend", ask);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") { event.preventDefault(); box.close(); }
    if (event.key === "ArrowDown") { event.preventDefault(); mark(at + 1); }
    if (event.key === "ArrowUp") { event.preventDefault(); mark(at - 1); }
    if (event.key === "Enter") { event.preventDefault(); const chosen = options()[at]; if (chosen) { if (event.ctrlKey) window.open(chosen.href); else location.assign(chosen.href); } }
  });
  box.addEventListener("click", (event) => { if (event.target === box) box.close(); });
}
