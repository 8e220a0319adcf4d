// 地块一张图: the parcels of the list on the page, parks and plan layers; a card for the parcel one chooses; the table below chooses too.
import { DEGREES, featuresOf, SCREEN } from "./map-shapes.js";
import { styles, words as written } from "./map-styles.js";
import { tools } from "./map-tools.js";

const element = document.getElementById("map"), given = JSON.parse(document.getElementById("map-data").textContent), words = given.words;
const root = document.documentElement, card = document.getElementById("card"), live = document.querySelector('[data-map="said"]');
const say = (text) => { live.textContent = text; };
const PRINTED = [1500, 840], METRES_PER_DOT = 0.0254 / 96, NEAR = 3.2, PHONE = 760, LARGEST = 17;
let look = styles(), chosen = null, kept = null;
const hidden = new Set();

// ---- layers ----
const vector = (zIndex, style, more = {}) => new ol.layer.Vector({ source: new ol.source.Vector(), style, zIndex, ...more });
const tooFar = (limit, resolution) => resolution > limit;
const layers = {
  parks: vector(1, () => look.park),
  parcels: vector(3, (one) => (hidden.has(one.get("k")) ? null : look.looks[one.get("k")]), { renderBuffer: 60 }),
  sketch: vector(9, () => look.sketch), chosen: vector(8, () => look.chosen),
  parkNames: vector(10, (one, resolution) => (tooFar(60, resolution) ? null : written(look, one.get("n"), 15, 600)), { declutter: true }),
};
layers.numbers = new ol.layer.Vector({
  source: layers.parcels.getSource(), zIndex: 7, declutter: true, maxResolution: NEAR,
  style: (one) => (hidden.has(one.get("k")) ? null : written(look, one.get("n"), 12)),
});
if (given.tiles) layers.tiles = new ol.layer.Tile({ source: new ol.source.XYZ({ url: given.tiles }), zIndex: 0 });
const plans = given.layers.map((one) => ({ ...one, loaded: false, layer: vector(one.paint === "use" ? 2 : 5, (zone, resolution) => {
  const name = zone.get("n"), paint = look.paints[one.paint];
  return name && !tooFar(NEAR, resolution) ? [paint, written(look, name, 12)] : paint;
}, { visible: false, declutter: one.paint === "use" }) }));

const map = new ol.Map({
  target: element, layers: [...Object.values(layers), ...plans.map((one) => one.layer)],
  controls: [new ol.control.Zoom({ zoomInTipLabel: words.zoomIn, zoomOutTipLabel: words.zoomOut }), new ol.control.ScaleLine()],
  view: new ol.View({ projection: SCREEN, center: [0, 0], zoom: 12, maxZoom: 21 }),
});
const view = map.getView(), parcels = layers.parcels.getSource();

async function get(url) {
  const answer = await fetch(url, { headers: { "X-Requested-With": "fetch" } });
  if (answer.status === 401) document.getElementById("relogin").showModal();
  if (!answer.ok) throw new Error(String(answer.status));
  return answer;
}

// ---- where one looks, kept in the address so that it is found again ----
function whole() {
  const extent = ol.extent.createEmpty();
  for (const one of [layers.parcels, layers.parks]) if (one === layers.parcels || ol.extent.isEmpty(extent)) ol.extent.extend(extent, one.getSource().getExtent());
  return extent;
}
const layerBox = document.querySelector(".gx-maplayers");
const beside = () => (layerBox.open && window.innerWidth > PHONE ? layerBox.offsetLeft + layerBox.offsetWidth + 12 : 24); // nothing comes to lie under the open list of layers
const EDGE = { top: 24, right: 48, bottom: 40 };
function fit(extent, below = EDGE.bottom) { if (!ol.extent.isEmpty(extent)) view.fit(extent, { size: map.getSize(), padding: [EDGE.top, EDGE.right, below, beside()], maxZoom: LARGEST }); }
function middle() { // of what one sees: fit() brings a parcel there, beside the list of layers, and the Enter key means that place
  const [x, y] = view.getCenter(), dot = view.getResolution();
  return [x + ((beside() - EDGE.right) / 2) * dot, y + ((EDGE.bottom - EDGE.top) / 2) * dot];
}
function remember() {
  const [lon, lat] = ol.proj.transform(view.getCenter(), SCREEN, DEGREES);
  const parts = [`v=${lon.toFixed(5)},${lat.toFixed(5)},${view.getZoom().toFixed(2)}`, ...(chosen ? [`p=${chosen}`] : [])];
  history.replaceState(history.state, "", `${location.pathname}${location.search}#${parts.join("&")}`);
}
function recall() {
  const said = new URLSearchParams(location.hash.slice(1)), place = (said.get("v") ?? "").split(",").map(Number);
  if (place.length === 3 && place.every(Number.isFinite)) { view.setCenter(ol.proj.transform(place.slice(0, 2), DEGREES, SCREEN)); view.setZoom(place[2]); } else fit(whole());
  if (said.get("p")) choose(said.get("p"));
}

// ---- one parcel ----
async function choose(key, { zoom = false, focus = false } = {}) {
  chosen = String(key);
  const one = parcels.getFeatureById(chosen), marks = layers.chosen.getSource();
  marks.clear();
  if (one) {
    marks.addFeature(new ol.Feature(one.getGeometry()));
    if (zoom) fit(ol.extent.buffer(one.getGeometry().getExtent(), 150), window.innerWidth <= PHONE ? map.getSize()[1] * 0.6 : EDGE.bottom);
    const mu = one.get("mu");
    say(mu === null ? words.unknown.replace("{n}", one.get("n")) : words.selected.replace("{n}", one.get("n")).replace("{mu}", mu.toLocaleString("zh-CN")));
  }
  for (const row of document.querySelectorAll("[data-row]")) row.classList.toggle("sel", row.dataset.row === chosen);
  remember();
  const asked = chosen;
  try {
    const text = await (await get(given.card.replace("/0/", `/${asked}/`))).text();
    if (asked !== chosen) return;
    card.innerHTML = text;
    card.classList.add("open");
    card.dataset.for = asked;
    if (!one) say(words.undrawn.replace("{n}", card.querySelector("[data-number]").dataset.number));
    if (focus) card.focus({ preventScroll: true });
  } catch { say(words.failed); }
}
function unchoose() {
  chosen = null;
  layers.chosen.getSource().clear();
  card.classList.remove("open");
  for (const row of document.querySelectorAll("[data-row].sel")) row.classList.remove("sel");
  remember();
  element.focus({ preventScroll: true });
}
const at = (place) => parcels.getFeaturesAtCoordinate(place).find((one) => !hidden.has(one.get("k")));

const tool = tools({ map, element, words, sketch: layers.sketch.getSource(), parcels, say, styleOf: () => look.sketch });
map.on("click", (event) => { if (!tool.busy()) { const one = at(event.coordinate); if (one) choose(one.getId()); } });
map.on("pointermove", (event) => { if (!event.dragging && !tool.busy()) element.classList.toggle("is-over", Boolean(at(event.coordinate))); });
element.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || tool.busy()) return;
  const one = at(middle());
  if (one) choose(one.getId(), { focus: true }); else say(words.noneHere);
});
card.addEventListener("click", (event) => {
  if (event.target.closest('[data-map="close"]')) unchoose();
  const button = event.target.closest("[data-draw]");
  if (button) { card.classList.remove("open"); tool.edit(button.dataset.draw, card.querySelector("[data-parcel]"), button.dataset.url); }
});
document.getElementById("rows").addEventListener("click", (event) => {
  const row = event.target.closest("[data-row]");
  if (!row || event.target.closest("a")) return;
  element.closest(".gx-mapcard").scrollIntoView({ block: "nearest" });
  choose(row.dataset.row, { zoom: true, focus: Boolean(event.target.closest("[data-show]")) });
});

// ---- what is shown ----
async function load(one) {
  const box = one.more ? `?box=${ol.proj.transformExtent(view.calculateExtent(map.getSize()), SCREEN, DEGREES).map((degree) => degree.toFixed(6)).join(",")}` : "";
  try {
    const answer = await (await get(one.url + box)).json(), source = one.layer.getSource();
    source.clear(true);
    source.addFeatures(featuresOf(answer));
    one.loaded = true;
    one.more = one.more || answer.more;
    if (answer.more) say(words.more);
  } catch { say(words.failed); }
}
function show(name, on) {
  const plan = name.startsWith("plan:") && plans.find((one) => one.code === name.slice(5));
  if (plan) { plan.layer.setVisible(on); return on && !plan.loaded ? load(plan) : undefined; }
  layers[name]?.setVisible(on);
  if (name === "parks") layers.parkNames.setVisible(on);
  return undefined;
}
for (const tick of document.querySelectorAll("[data-layer]")) tick.addEventListener("change", () => show(tick.dataset.layer, tick.checked));
for (const button of document.querySelectorAll("[data-look]")) {
  button.addEventListener("click", () => {
    const off = button.getAttribute("aria-pressed") === "true";
    button.setAttribute("aria-pressed", String(!off));
    if (off) hidden.add(button.dataset.look); else hidden.delete(button.dataset.look);
    layers.parcels.changed(); layers.numbers.changed();
  });
}
for (const button of document.querySelectorAll("[data-park]")) button.addEventListener("click", () => { const one = layers.parks.getSource().getFeatureById(button.dataset.park); if (one) fit(one.getGeometry().getExtent()); });
document.querySelector('[data-map="whole"]').addEventListener("click", () => fit(whole()));
map.on("moveend", () => { if (element.dataset.ready) remember(); for (const one of plans) if (one.more && one.layer.getVisible()) load(one); });

function repaint() { look = styles(); for (const one of map.getLayers().getArray()) one.changed(); }
new MutationObserver(repaint).observe(root, { attributes: true, attributeFilter: ["data-bs-theme", "data-gx-size"] });
if (window.innerWidth <= PHONE) for (const one of document.querySelectorAll(".gx-mappop")) one.open = false;

// ---- paper: A3 on its side, always in the light colours, at the size it will have ----
function before() {
  if (kept) return;
  kept = { theme: root.dataset.bsTheme, extent: view.calculateExtent(map.getSize()), centre: view.getCenter(), zoom: view.getZoom() };
  root.classList.add("gx-printing");
  root.dataset.bsTheme = "light";
  document.querySelector(".gx-maplegend").open = true;
  map.updateSize();
  view.fit(kept.extent, { size: PRINTED });
  look = styles();
  const metres = ol.proj.getPointResolution(SCREEN, view.getResolution(), view.getCenter());
  document.querySelector('[data-map="scale"]').textContent = words.scale.replace("{n}", (Math.round(metres / METRES_PER_DOT / 100) * 100).toLocaleString("zh-CN"));
  for (const one of map.getLayers().getArray()) one.changed();
  map.renderSync();
}
function after() {
  if (!kept) return;
  root.classList.remove("gx-printing");
  root.dataset.bsTheme = kept.theme;
  map.updateSize();
  view.setCenter(kept.centre); view.setZoom(kept.zoom);
  kept = null;
  repaint();
}
window.addEventListener("beforeprint", before);
window.addEventListener("afterprint", after);
document.querySelector('[data-map="print"]').addEventListener("click", () => window.print());

// ---- begin ----
async function begin() {
  const started = performance.now();
  const [drawn, parks] = await Promise.all([given.parcels, given.parks].map(async (url) => (url ? (await get(url)).json() : { features: [] })));
  parcels.addFeatures(featuresOf(drawn));
  layers.parks.getSource().addFeatures(featuresOf(parks));
  layers.parkNames.getSource().addFeatures(featuresOf(parks).map((one) => { const [west, , east, north] = one.getGeometry().getExtent(); const name = new ol.Feature(new ol.geom.Point([(west + east) / 2, north])); name.set("n", one.get("n")); return name; }));
  map.updateSize();
  recall();
  map.once("rendercomplete", () => {
    element.dataset.drawnMs = String(Math.round(performance.now() - started));
    element.dataset.parcels = String(drawn.features.length);
    element.dataset.ready = "1";
    for (const box of document.querySelectorAll('[data-layer^="plan:"]:checked')) show(box.dataset.layer, true);
  });
  map.render();
}
begin().catch(() => say(words.failed));
window.gxMap = map;
