// 设施选址: one study on the map. Parcels by whether they are served, chosen and standing sites; lines of who goes where on hover or focus of a row.
import { DEGREES, featuresOf, SCREEN } from "./map-shapes.js";
import { styles, token, words } from "./map-styles.js";

const element = document.getElementById("sites-map"), live = document.getElementById("sites-live");
const said = live.textContent;
let look = styles(), paint = paints(), over = "";

function dot(fill, edge, square) {
  const of = { fill: new ol.style.Fill({ color: fill }), stroke: new ol.style.Stroke({ color: edge, width: 2 }) };
  return new ol.style.Style({ image: square ? new ol.style.RegularShape({ ...of, points: 4, radius: 9, angle: Math.PI / 4 }) : new ol.style.Circle({ ...of, radius: 8 }), zIndex: 9 });
}

function paints() {
  const plain = (fill, edge, width, dash) => new ol.style.Style({ fill: new ol.style.Fill({ color: fill }), stroke: new ol.style.Stroke({ color: edge, width, lineDash: dash }) });
  return {
    served: plain(token("good-soft"), token("good-solid"), 1), could: plain(token("surface"), token("accent"), 1.2, [4, 3]), chosen: plain(token("accent-soft"), token("accent"), 2.5),
    site: dot(token("accent"), token("surface"), false), standing: dot(token("ink-2"), token("surface"), true),
    line: new ol.style.Style({ stroke: new ol.style.Stroke({ color: token("accent"), width: 1.5 }), zIndex: 5 }), far: new ol.style.Style({ stroke: new ol.style.Stroke({ color: token("bad"), width: 1.5, lineDash: [5, 4] }), zIndex: 5 }),
  };
}

function styleOf(one, resolution) {
  const kind = one.get("kind");
  if (kind === "park") return resolution > 60 ? look.park : [look.park, words(look, one.get("name"), 15, 600)];
  if (kind === "site") {
    const mark = one.get("standing") ? paint.standing : paint.site;
    if (resolution > 14 && one.get("standing")) return mark;
    const name = words(look, one.get("name").replace(/（.*/, ""), 12, 600);
    name.getText().setOffsetY(18);
    return [mark, name];
  }
  if (kind === "new") return paint.chosen;
  if (kind === "could") return paint.could;
  return one.get("served") ? paint.served : look.looks.late;
}

const source = new ol.source.Vector(), lines = new ol.source.Vector();
const layer = new ol.layer.Vector({ source, style: styleOf }), ways = new ol.layer.Vector({ source: lines, style: (one) => (one.get("served") ? paint.line : paint.far) });
const map = new ol.Map({
  target: element, layers: [layer, ways], controls: [new ol.control.Zoom({ zoomInTipLabel: "+", zoomOutTipLabel: "−" }), new ol.control.ScaleLine()],
  view: new ol.View({ projection: SCREEN, center: [0, 0], zoom: 12, maxZoom: 21 }),
});

const at = (degrees) => ol.proj.transform(degrees, DEGREES, SCREEN);

function show(clients, text) {
  lines.clear();
  lines.addFeatures(clients.filter((one) => one.get("to")).map((one) => new ol.Feature({ geometry: new ol.geom.LineString([at(one.get("from")), at(one.get("to"))]), served: one.get("served") })));
  live.textContent = text || said;
}

const clientsOf = (key) => source.getFeatures().filter((one) => one.get("site") === key);
const nameOf = (key) => source.getFeatureById(key)?.get("name") ?? "";

map.on("pointermove", (event) => {
  if (event.dragging) return;
  const found = map.getFeaturesAtPixel(event.pixel, { hitTolerance: 3 }).find((one) => one.get("kind") === "site" || one.get("to"));
  const key = found ? String(found.getId()) : "";
  if (key === over) return;
  over = key;
  if (!found) show([], "");
  else if (found.get("kind") === "site") show(clientsOf(found.get("key")), `${found.get("name")} ← ${clientsOf(found.get("key")).length}`);
  else show([found], `${found.get("number")} → ${nameOf(found.get("site"))} ${found.get("far")}`);
});
for (const row of document.querySelectorAll("tr[data-site]")) {
  const here = () => show(clientsOf(row.dataset.site), `${nameOf(row.dataset.site)} ← ${clientsOf(row.dataset.site).length}`);
  row.addEventListener("pointerenter", here);
  row.addEventListener("focusin", here);
  row.addEventListener("pointerleave", () => show([], ""));
  row.addEventListener("focusout", () => show([], ""));
}
new MutationObserver(() => { look = styles(); paint = paints(); layer.changed(); ways.changed(); }).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });

const answer = await (await fetch(element.dataset.url, { headers: { "X-Requested-With": "fetch" } })).json();
source.addFeatures(featuresOf(answer));
if (!ol.extent.isEmpty(source.getExtent())) map.getView().fit(source.getExtent(), { padding: [20, 20, 20, 20] });
map.once("rendercomplete", () => { element.dataset.ready = "1"; });
