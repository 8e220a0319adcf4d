// How the map paints: colours from the tokens, patterns beside them so that colour is never the only sign. Made anew when the theme changes.
const TILE = 8;
export const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--gx-${name}`).trim();

function pattern(draw, ground) {
  const canvas = document.createElement("canvas"), ratio = window.devicePixelRatio || 1;
  canvas.width = canvas.height = Math.round(TILE * ratio);
  const to = canvas.getContext("2d");
  to.scale(canvas.width / TILE, canvas.height / TILE);
  if (ground) { to.fillStyle = ground; to.fillRect(0, 0, TILE, TILE); }
  draw(to);
  return to.createPattern(canvas, "repeat");
}

const lines = (colour, width, path, ground) => pattern((to) => { to.strokeStyle = colour; to.lineWidth = width; to.beginPath(); path(to); to.stroke(); }, ground);
const up = (to) => { for (const at of [-TILE, 0, TILE]) { to.moveTo(at, TILE); to.lineTo(at + TILE, 0); } };
const down = (to) => { for (const at of [-TILE, 0, TILE]) { to.moveTo(at, 0); to.lineTo(at + TILE, TILE); } };
const flat = (to) => { to.moveTo(0, 4); to.lineTo(TILE, 4); };
const upright = (to) => { to.moveTo(4, 0); to.lineTo(4, TILE); };
const dots = (colour, ground) => pattern((to) => { to.fillStyle = colour; to.beginPath(); to.arc(2, 2, 1.1, 0, 7); to.arc(6, 6, 1.1, 0, 7); to.fill(); }, ground);
const ticks = (colour) => lines(colour, 1, (to) => { to.moveTo(1, 7); to.lineTo(1, 4); to.moveTo(5, 4); to.lineTo(5, 1); });

function style(fill, edge, width = 1.1, dash = null, z = 0) {
  return new ol.style.Style({ fill: fill ? new ol.style.Fill({ color: fill }) : undefined, stroke: new ol.style.Stroke({ color: edge, width, lineDash: dash }), zIndex: z });
}

/** Parcels by how they are drawn, zones by the paint of their layer, the rest by name. */
export function styles() {
  const s = token, both = (to) => { up(to); down(to); };
  return {
    looks: {
      net: style(s("good-soft"), s("good-solid"), 1.4), clear: style(lines(s("fill-solid"), 1.2, flat, s("fill-soft")), s("fill-solid")),
      appr: style(lines(s("warn-solid"), 1.3, up, s("surface")), s("warn-solid")), late: style(lines(s("bad-solid"), 1.5, down, s("surface")), s("bad-solid")),
      idle: style(lines(s("bad-solid"), 1.2, both, s("bad-soft")), s("bad-solid"), 2), part: style(lines(s("warn-solid"), 1, upright, s("warn-soft")), s("warn-solid")),
      low: style(dots(s("vow-solid"), s("vow-soft")), s("vow-solid")), use: style(s("surface-3"), s("line-2"), 0.8), build: style(lines(s("accent-line"), 1.2, upright, s("surface-3")), s("accent-line"), 1.2), sub: style(s("accent-soft"), s("accent"), 1, [5, 3]),
      plan: style(s("surface"), s("line-input"), 1, [4, 3]), gone: style(lines(s("idle-line"), 1, up, s("idle-soft")), s("idle-solid"), 1, [2, 3]),
    },
    paints: {
      farm: style(ticks(s("good-solid")), s("good-solid"), 1), red: style(lines(s("bad-line"), 1, both), s("bad"), 1.4, [8, 3, 2, 3]), water: style(lines(s("fill-line"), 1.5, flat), s("fill-solid"), 1.2),
      bound: style(null, s("ink-2"), 2, [12, 4, 3, 4]), line: style(lines(s("warn-line"), 1, upright), s("warn"), 2.4, [10, 4]), use: style(null, s("idle-solid"), 0.8),
      other: style(lines(s("idle-line"), 1, down), s("idle"), 1.2),
    },
    park: style(s("surface-2"), s("accent"), 1.6, [9, 5]),
    chosen: [style(null, s("surface"), 6, null, 8), style(null, s("accent"), 3, null, 9)],
    sketch: new ol.style.Style({
      fill: new ol.style.Fill({ color: lines(s("accent-line"), 1, up) }), stroke: new ol.style.Stroke({ color: s("accent"), width: 2.5 }),
      image: new ol.style.Circle({ radius: 5, fill: new ol.style.Fill({ color: s("surface") }), stroke: new ol.style.Stroke({ color: s("accent"), width: 2 }) }),
    }),
    ink: s("ink"), paper: s("surface"), font: s("font"),
  };
}

/** Words on the map, with a halo of paper. */
export function words(look, text, size, weight = 400) {
  return new ol.style.Style({ text: new ol.style.Text({ text, font: `${weight} ${size}px ${look.font}`, fill: new ol.style.Fill({ color: look.ink }), stroke: new ol.style.Stroke({ color: look.paper, width: 3 }), overflow: size > 14 }) });
}
