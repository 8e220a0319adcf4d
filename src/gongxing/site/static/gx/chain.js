// The map of a chain. The slider and the date say the same; letting go of the slider asks for that day, with the keys Enter does, and the
// focus comes back to where it was. A chosen box is scrolled into
// the middle of its frame, Escape closes its evidence and leads back to it; a box looked at lights up its lines and neighbours.
(() => {
  "use strict";
  const DAY = 86400000;

  const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: [-1], ArrowUp: [1], PageDown: [-1], PageUp: [1] }; // a number: days; in brackets: months

  function time(form) {
    const slider = form.querySelector("input[type=range]");
    const field = form.querySelector("input[name=day]");
    const first = Date.parse(`${form.dataset.gxTime}T00:00:00Z`);
    const day = () => new Date(first + Number(slider.value) * DAY);
    const say = () => { slider.setAttribute("aria-valuetext", field.value); };
    const tell = () => { field.value = day().toISOString().slice(0, 10); say(); };
    const apply = () => { form.action = `${form.getAttribute("action").split("#")[0]}#${slider.id}`; form.requestSubmit(); };
    const stand = (days) => { slider.value = String(Math.min(Math.max(days, 0), Number(slider.max))); tell(); };
    const month = (by) => {
      const from = day(), to = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + by, 1));
      const last = new Date(Date.UTC(to.getUTCFullYear(), to.getUTCMonth() + 1, 0)).getUTCDate();
      stand(Math.round((to.setUTCDate(Math.min(from.getUTCDate(), last)) - first) / DAY));
    };
    slider.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const step = STEPS[event.key];
      if (Array.isArray(step)) month(step[0]);
      else if (step) stand(Number(slider.value) + step);
      else if (event.key === "Home") stand(0);
      else if (event.key === "End") stand(Number(slider.max));
      else if (event.key === "Enter") apply();
      else return;
      event.preventDefault(); // the page is asked for by Enter, not by every step
    });
    slider.addEventListener("input", tell);
    slider.addEventListener("change", apply);
    field.addEventListener("input", () => {
      const days = Math.round((Date.parse(`${field.value}T00:00:00Z`) - first) / DAY);
      if (Number.isFinite(days)) { slider.value = String(days); say(); }
    });
    if (location.hash === `#${slider.id}`) slider.focus({ preventScroll: true });
  }

  function middle(frame, node) {
    const inner = node.getBoundingClientRect(), outer = frame.getBoundingClientRect();
    frame.scrollLeft += inner.left + inner.width / 2 - outer.left - outer.width / 2;
    frame.scrollTop += inner.top + inner.height / 2 - outer.top - outer.height / 2;
  }

  function begin(frame, nodes) {
    const came = (node) => location.hash === `#from=${encodeURIComponent(node.dataset.node)}`;
    const chosen = nodes.find((node) => node.classList.contains("on") || came(node));
    if (chosen) middle(frame, chosen);
    else if (nodes.length) {
      const left = Math.min(...nodes.map((node) => node.getBoundingClientRect().left));
      const top = Math.min(...nodes.filter((node) => node.getBoundingClientRect().left < left + 200).map((node) => node.getBoundingClientRect().top));
      const room = frame.getBoundingClientRect();
      if (top > room.top + room.height / 2) frame.scrollTop += top - room.top - 56;
    }
    if (chosen && came(chosen)) chosen.focus({ preventScroll: true });
  }

  function look(frame, nodes) {
    const links = [...frame.querySelectorAll("g.link")];
    const light = (code) => {
      const near = new Set([code]);
      for (const link of links) {
        const lit = code !== "" && (link.dataset.from === code || link.dataset.to === code);
        link.classList.toggle("lit", lit);
        if (lit) near.add(link.dataset.from).add(link.dataset.to);
      }
      for (const node of nodes) node.classList.toggle("lit", code !== "" && near.has(node.dataset.node));
    };
    for (const node of nodes) {
      for (const name of ["pointerenter", "focus"]) node.addEventListener(name, () => light(node.dataset.node));
      for (const name of ["pointerleave", "blur"]) node.addEventListener(name, () => light(""));
    }
  }

  function closing(link) {
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.isComposing || document.querySelector("dialog[open], details.gx-menu[open]")) return;
      if (event.target.closest("input, textarea, select")) return;
      link.click();
    }, true);
  }

  const form = document.querySelector("[data-gx-time]"), frame = document.querySelector(".gx-mapbox"), close = document.querySelector("[data-gx-close]");
  if (form) time(form);
  if (frame) {
    const nodes = [...frame.querySelectorAll("a.node")];
    begin(frame, nodes);
    look(frame, nodes);
  }
  if (close) closing(close);
  if (location.hash === "#evidence") document.getElementById("evidence")?.focus({ preventScroll: false });
})();
