// The time line of a chain's map: the slider and the date say the same; letting go of the slider asks for that day.
(() => {
  "use strict";
  const form = document.querySelector("[data-gx-time]");
  if (!form) return;
  const slider = form.querySelector("input[type=range]");
  const field = form.querySelector("input[name=day]");
  const first = Date.parse(`${form.dataset.gxTime}T00:00:00Z`);
  const DAY = 86400000;
  slider.addEventListener("input", () => {
    field.value = new Date(first + Number(slider.value) * DAY).toISOString().slice(0, 10);
  });
  slider.addEventListener("change", () => form.requestSubmit());
  field.addEventListener("input", () => {
    const days = Math.round((Date.parse(`${field.value}T00:00:00Z`) - first) / DAY);
    if (Number.isFinite(days)) slider.value = String(days);
  });
})();
