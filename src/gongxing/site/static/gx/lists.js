// Selecting rows: this page, or all that match the conditions; then one act on all of them.
export function lists() {
  const card = document.querySelector('[data-gx="list"]');
  const bar = card?.querySelector('[data-gx="bulk"]');
  if (!bar) return;
  const picks = [...card.querySelectorAll('[data-gx="pick"]')], all = card.querySelector('[data-gx="pick-page"]');
  const count = bar.querySelector('[data-gx="picked"]'), query = card.querySelector("[data-query]").dataset.query;
  let everything = false;
  const show = () => {
    const picked = picks.filter((one) => one.checked);
    bar.hidden = !picked.length;
    count.textContent = everything ? bar.dataset.all : picked.length;
    picks.forEach((one) => one.closest("tr").classList.toggle("sel", one.checked));
  };
  picks.forEach((one) => one.addEventListener("change", () => { everything = false; show(); }));
  all?.addEventListener("change", () => { everything = false; picks.forEach((one) => { one.checked = all.checked; }); show(); });
  bar.querySelector('[data-gx="pick-none"]').addEventListener("click", () => { everything = false; picks.forEach((one) => { one.checked = false; }); if (all) all.checked = false; show(); });
  bar.querySelector('[data-gx="pick-all"]')?.addEventListener("click", () => { everything = true; picks.forEach((one) => { one.checked = true; }); show(); });
  for (const button of bar.querySelectorAll("[data-gx-bulk]")) {
    button.addEventListener("click", () => {
      const params = new URLSearchParams();
      if (everything) { params.set("all_query", query || " "); params.set("scope", "all"); }
      else picks.filter((one) => one.checked).forEach((one) => params.append("ids", one.value));
      window.htmx.ajax("GET", `${button.dataset.gxBulk}?${params}`, { target: "#dialog" });
    });
  }
}
