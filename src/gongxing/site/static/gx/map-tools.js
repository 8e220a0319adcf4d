// Tools on the map: measuring, drawing a parcel's shape, moving its corners, cutting it. One at a time; Esc leaves, Ctrl+Z takes the last step back.
import { fromWkt, SCREEN, toWkt } from "./map-shapes.js";

const MU = 2000 / 3;
const said = (number, digits = 0) => number.toLocaleString("zh-CN", { maximumFractionDigits: digits, minimumFractionDigits: digits });
const put = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name]);

export function tools({ map, element, words, sketch, parcels, say, styleOf }) {
  let mode = null, drawing = null, added = [], steps = [], parcel = null;
  const bar = document.querySelector('[data-map="editing"]'), done = bar.querySelector('[data-map="done"]');
  const buttons = ["length", "area"].map((name) => document.querySelector(`[data-map="${name}"]`));

  function measured(shape) {
    const polygon = shape instanceof ol.geom.Polygon;
    if (polygon && shape.getCoordinates()[0].length < 4) return "";
    if (!polygon) {
      const metres = ol.sphere.getLength(shape, { projection: SCREEN });
      return metres < 10000 ? put(words.length, { n: said(metres, 1) }) : put(words.lengthKm, { n: said(metres / 1000, 2) });
    }
    const area = ol.sphere.getArea(shape, { projection: SCREEN });
    return put(words.area, { mu: said(area / MU, 2), m2: said(area) });
  }

  function leave(keep = false) {
    for (const one of added) map.removeInteraction(one);
    added = []; steps = []; drawing = null; mode = null;
    bar.hidden = true;
    element.classList.remove("is-drawing");
    for (const one of buttons) one.setAttribute("aria-pressed", "false");
    if (!keep) { sketch.clear(); say(""); }
  }

  function begin(name, help) {
    leave();
    mode = name;
    bar.hidden = false;
    done.hidden = name !== "modify";
    element.classList.add("is-drawing");
    say(help);
    element.focus({ preventScroll: true });
  }

  function add(one) { map.addInteraction(one); added.push(one); return one; }

  function snapping(except) {
    const near = parcels.getFeaturesInExtent(map.getView().calculateExtent(map.getSize())).filter((one) => String(one.getId()) !== except);
    add(new ol.interaction.Snap({ features: new ol.Collection(near), pixelTolerance: 8 }));
  }

  function draws(type, finish) {
    drawing = add(new ol.interaction.Draw({ source: sketch, type, style: styleOf, stopClick: true }));
    drawing.on("drawstart", (event) => { sketch.clear(); event.feature.getGeometry().on("change", (change) => { const text = measured(change.target); if (text) say(text); }); });
    drawing.on("drawend", (event) => finish(event.feature.getGeometry()));
  }

  function measure(name) {
    if (mode === name) { leave(); return; }
    begin(name, name === "length" ? words.measureLine : words.measureArea);
    document.querySelector(`[data-map="${name}"]`).setAttribute("aria-pressed", "true");
    draws(name === "length" ? "LineString" : "Polygon", (shape) => { const text = measured(shape); setTimeout(() => { leave(true); say(text); }); });
  }

  // The dialog of the action says the rest: reason, refusals, conflict. What was drawn is put into its field.
  // Neighbours it overlaps are named at once, above its fields; saving asks again.
  async function warn(dialog, overlaps, shape) {
    const form = dialog.querySelector("form"), token = form?.querySelector('[name="csrfmiddlewaretoken"]');
    if (!overlaps || !token) return;
    try {
      const answer = await fetch(overlaps, { method: "POST", headers: { "X-CSRFToken": token.value, "X-Requested-With": "fetch" }, body: new URLSearchParams({ shape }) });
      const { text } = answer.ok ? await answer.json() : { text: "" };
      if (!text || !form.isConnected) return;
      const note = document.createElement("p");
      note.className = "gx-note gx-note--warn mt2";
      note.dataset.gx = "overlaps";
      note.setAttribute("role", "alert");
      note.textContent = text;
      form.querySelector(".gx-cb").prepend(note);
      say(text);
    } catch { /* saving says it */ }
  }

  function ask(url, field, text, overlaps = "") {
    const dialog = document.getElementById("dialog");
    const fill = (event) => {
      if (event.detail.target !== dialog) return;
      document.body.removeEventListener("htmx:afterSwap", fill);
      const input = field && dialog.querySelector(`[name="${field}"]`);
      if (input) { input.value = text; input.readOnly = true; }
      if (field) warn(dialog, overlaps, field === "shape" ? text : "");
      dialog.querySelector("button.btn-primary")?.focus();
    };
    document.body.addEventListener("htmx:afterSwap", fill);
    dialog.addEventListener("close", () => { sketch.clear(); say(""); }, { once: true });
    window.htmx.ajax("GET", url, { target: "#dialog" });
  }

  function edit(name, card, url) {
    const { number, wkt, overlaps } = card.dataset;
    if (name === "undo") { ask(url, "", ""); return; }
    parcel = card.dataset.parcel;
    begin(name, put(words[name], { n: number }));
    const finish = (field) => (shape) => { const text = toWkt(shape); setTimeout(() => { leave(true); ask(url, field, text, overlaps); }); };
    if (name === "draw") { draws("Polygon", finish("shape")); snapping(parcel); }
    if (name === "split") { draws("LineString", finish("line")); snapping(""); }
    if (name === "modify") {
      const one = new ol.Feature(fromWkt(wkt));
      sketch.addFeature(one);
      const modifying = add(new ol.interaction.Modify({ source: sketch, style: styleOf, pixelTolerance: 12 }));
      modifying.on("modifystart", () => steps.push(one.getGeometry().clone()));
      modifying.on("modifyend", () => say(measured(first(one.getGeometry()))));
      snapping(parcel);
      bar.dataset.url = url;
      bar.dataset.overlaps = overlaps;
    }
  }

  const first = (shape) => (shape instanceof ol.geom.MultiPolygon ? shape.getPolygon(0) : shape);

  function back() {
    if (drawing) drawing.removeLastPoint();
    else if (steps.length) sketch.getFeatures()[0].setGeometry(steps.pop());
  }

  bar.addEventListener("click", (event) => {
    const name = event.target.closest("[data-map]")?.dataset.map;
    if (name === "back") back();
    if (name === "cancel") leave();
    if (name === "done" && mode === "modify") { const text = toWkt(sketch.getFeatures()[0].getGeometry()); leave(true); ask(bar.dataset.url, "shape", text, bar.dataset.overlaps); }
  });
  for (const one of buttons) one.addEventListener("click", () => measure(one.dataset.map));

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.target.closest("input, textarea, select, dialog")) return;
    if (!mode) { if (event.key === "Escape") { sketch.clear(); say(""); } return; }
    const centre = map.getView().getCenter(), here = event.target === element;
    if (event.key === "Escape") leave();
    else if ((event.ctrlKey && event.key.toLowerCase() === "z") || (here && event.key === "Backspace")) { event.preventDefault(); back(); }
    else if (here && event.key === " " && drawing) { event.preventDefault(); drawing.appendCoordinates([centre]); }
    else if (here && event.key === "Enter" && drawing) { event.preventDefault(); drawing.finishDrawing(); }
  });

  return { edit, busy: () => mode !== null };
}
