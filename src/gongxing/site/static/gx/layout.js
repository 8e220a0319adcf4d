// 布局方案: one plan on the map. A placed project can be dragged to other land: that fills the form «试放», which asks what it costs.
import { featuresOf, SCREEN } from "./map-shapes.js";
import { styles, token, words } from "./map-styles.js";

const element = document.getElementById("layout-map"), form = document.getElementById("try-form");
const NEAR = 5, LONGEST = 8; // names of projects where a parcel is wide enough to tell which one is meant
let look = styles(), paint = paints(), over = null, dragged = null;

function plain(fill, edge, width, dash) {
  return new ol.style.Style({ fill: fill ? new ol.style.Fill({ color: fill }) : undefined, stroke: new ol.style.Stroke({ color: edge, width, lineDash: dash }) });
}

function paints() {
  return {
    won: plain(token("accent"), token("surface"), 1), offered: plain(token("good-soft"), token("good-solid"), 1.2), rest: plain(token("surface-3"), token("line-2"), 0.8),
    target: plain(token("warn-soft"), token("warn-solid"), 3),
  };
}

const cut = (name) => (name.length > LONGEST ? `${name.slice(0, LONGEST)}…` : name);
const short = (names) => (names.length > 1 ? element.dataset.wordSeveral.replace("{name}", cut(names[0])).replace("{n}", names.length) : cut(names[0]));

function styleOf(one, resolution) {
  if (one.get("kind") === "park") {
    const n = one.get("placed"), name = resolution > NEAR ? element.dataset.wordPark.replace("{name}", one.get("name")).replace("{n}", n) : one.get("name");
    return resolution > 60 ? look.park : [look.park, words(look, name, 15, 600)];
  }
  const base = one === over ? paint.target : one.get("projects").length ? paint.won : one.get("offered") ? paint.offered : paint.rest;
  if (one.get("names").length && resolution < NEAR) {
    const label = words(look, short(one.get("names")), 12, 600);
    label.getText().setOverflow(true);
    return [base, label];
  }
  return one.get("offered") && resolution < 3.2 ? [base, words(look, one.get("number"), 11)] : base;
}

const source = new ol.source.Vector(), layer = new ol.layer.Vector({ source, style: styleOf, declutter: true });
const map = new ol.Map({
  target: element, layers: [layer], controls: [new ol.control.Zoom({ zoomInTipLabel: "+", zoomOutTipLabel: "−" }), new ol.control.ScaleLine()],
  view: new ol.View({ projection: SCREEN, center: [0, 0], zoom: 12, maxZoom: 21 }),
});

const under = (pixel, wanted) => map.getFeaturesAtPixel(pixel).find((one) => one.get("kind") === "parcel" && wanted(one)) ?? null;

function mark(found) {
  if (found === over) return;
  over = found;
  layer.changed();
}

function light(key, seen = true) {
  for (const row of document.querySelectorAll("#placed tr[data-key]")) row.classList.toggle("sel", row.dataset.key === key);
  const row = document.querySelector(`#placed tr[data-key="${CSS.escape(key)}"]`), box = row?.closest(".gx-tablewrap");
  if (seen && box) box.scrollTop = row.offsetTop - box.clientHeight / 2;
}

// A project is taken where it stands and let go over other land on offer; the form says what was chosen, and nothing happens before it is sent.
if (form) {
  map.addInteraction(new ol.interaction.Pointer({
    handleDownEvent(event) {
      dragged = under(event.pixel, (one) => one.get("projects").length > 0);
      if (dragged) { light(dragged.get("projects")[0], false); element.classList.add("is-dragging"); }
      return Boolean(dragged);
    },
    handleDragEvent(event) { mark(under(event.pixel, (one) => one.get("offered") && one !== dragged)); },
    handleUpEvent() {
      element.classList.remove("is-dragging");
      if (over) {
        form.elements.key.value = dragged.get("projects")[0];
        form.elements.parcels.value = over.get("number");
        form.elements.phase.value = String(Math.max(dragged.get("phases")[0], over.get("from") ?? 1));
        form.scrollIntoView({ block: "center" });
        form.querySelector("button").focus();
      }
      mark(null);
      dragged = null;
      return false;
    },
  }));
}
map.on("click", (event) => { const found = under(event.pixel, (one) => one.get("projects").length > 0); if (found) light(found.get("projects")[0]); });
for (const row of document.querySelectorAll("#placed tr[data-key]")) row.addEventListener("click", () => {
  const shapes = source.getFeatures().filter((one) => one.get("kind") === "parcel" && one.get("projects").includes(row.dataset.key));
  const extent = ol.extent.createEmpty();
  for (const one of shapes) ol.extent.extend(extent, one.getGeometry().getExtent());
  if (!ol.extent.isEmpty(extent)) map.getView().fit(ol.extent.buffer(extent, 250), { maxZoom: 17, duration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 250 });
  light(row.dataset.key);
});
new MutationObserver(() => { look = styles(); paint = paints(); layer.changed(); }).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });

const answer = await (await fetch(element.dataset.url, { headers: { "X-Requested-With": "fetch" } })).json();
source.addFeatures(featuresOf(answer));
if (!ol.extent.isEmpty(source.getExtent())) map.getView().fit(source.getExtent(), { padding: [20, 20, 20, 20] });
map.once("rendercomplete", () => { element.dataset.ready = "1"; });
window.gxLayout = { map, source };
