// The map of a chain. The slider and the date say the same, letting go of the slider asks for that day. A chosen box is scrolled into
// the middle of its frame, Escape closes its evidence and leads back to it; a box looked at lights up its lines and neighbours.
(() => {
  "use strict";
  const DAY = 86400000;

  function time(form) {
    const slider = form.querySelector("input[type=range]");
    const field = form.querySelector("input[name=day]");
    const first = Date.parse(`${form.dataset.gxTime}T00:00:00Z`);
    slider.addEventListener("input", () => {
      field.value = new Date(first + Number(slider.value) * DAY).toISOString().slice(0, 10);
    });
    slider.addEventListener("change", () => form.requestSubmit());
    field.addEventListener("input", () => {
      const days = Math.round((Date.parse(`${field.value}T00:00:00Z`) - first) / DAY);
      if (Number.isFinite(days)) slider.value = String(days);
    });
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
})();
