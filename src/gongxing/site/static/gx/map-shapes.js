// GeoJSON in degrees to shapes of the map (Web Mercator), without a general reader: ten thousand parcels are ten milliseconds.
const RADIUS = 6378137, DEGREE = Math.PI / 180;
export const DEGREES = "EPSG:4326", SCREEN = "EPSG:3857";

function ringInto(flat, ring) {
  for (const [lon, lat] of ring) flat.push(lon * DEGREE * RADIUS, RADIUS * Math.log(Math.tan(Math.PI / 4 + (lat * DEGREE) / 2)));
  return flat.length;
}

export function shapeOf(found) {
  const flat = [];
  if (found.type === "Polygon") return new ol.geom.Polygon(flat, "XY", found.coordinates.map((ring) => ringInto(flat, ring)));
  if (found.type === "MultiPolygon") return new ol.geom.MultiPolygon(flat, "XY", found.coordinates.map((part) => part.map((ring) => ringInto(flat, ring))));
  return new ol.format.GeoJSON().readGeometry(found, { dataProjection: DEGREES, featureProjection: SCREEN });
}

/** The features of an answer, with ids and what is said of each. */
export function featuresOf(answer) {
  return answer.features.map((one) => {
    const made = new ol.Feature();
    made.setProperties(one.properties, true);
    made.setGeometry(shapeOf(one.geometry));
    made.setId(one.id);
    return made;
  });
}

export const toWkt = (shape) => new ol.format.WKT().writeGeometry(shape, { dataProjection: DEGREES, featureProjection: SCREEN, decimals: 8 });
export const fromWkt = (text) => new ol.format.WKT().readGeometry(text, { dataProjection: DEGREES, featureProjection: SCREEN });
