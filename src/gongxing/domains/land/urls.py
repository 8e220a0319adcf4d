"""Addresses of the land stage's own pages."""

from django.urls import path

from gongxing.domains.land.pages import (
    clearance,
    conformity,
    layout,
    map_data,
    map_drawn,
    map_files,
    parcel,
    parks,
    plan_changes,
    ratings,
    reach,
    scale,
    sites,
)
from gongxing.domains.land.pages import map as map_page

urlpatterns = [
    path("parcel/<int:key>/clock/", parcel.clock_page, name="land-clock"),
    path("map/", map_page.map_page, name="land-map"),
    path("map/parcels.json", map_data.parcels_json, name="land-map-parcels"),
    path("map/parks.json", map_data.parks_json, name="land-map-parks"),
    path("map/layers/<path:code>.json", map_data.layer_json, name="land-map-layer"),
    path("map/parcel/<int:key>/", map_page.parcel_card, name="land-map-card"),
    path("map/parcel/<int:key>/overlaps/", map_drawn.overlaps_json, name="land-map-overlaps"),
    path("files/import/<slug:slug>/", map_files.import_page, name="land-map-import"),
    path("files/import/<slug:slug>/<str:token>/", map_files.file_page, name="land-map-file"),
    path("files/export/<slug:slug>/", map_files.export_page, name="land-map-export"),
    path("layout/", layout.layouts_page, name="land-layouts"),
    path("layout/<int:key>/", layout.layout_page, name="land-layout"),
    path("layout/<int:key>/map.json", layout.layout_map, name="land-layout-map"),
    path("ratings/", ratings.ratings_page, name="land-ratings"),
    path("ratings/<int:key>/", ratings.rating_page, name="land-rating"),
    path("ratings/line/<int:key>/", ratings.line_page, name="land-rating-line"),
    path("clearance/", clearance.clearance_page, name="land-clearance"),
    path("parks/", parks.parks_page, name="land-parks"),
    path("parks/<int:key>/", parks.park_page, name="land-park"),
    path("parcel/<int:key>/conformity/", conformity.parcel_page, name="land-parcel-conformity"),
    path("parcel/<int:key>/conformity.docx", conformity.parcel_word, name="land-conformity-word"),
    path("conformity/", conformity.all_page, name="land-conformity"),
    path("layer/<int:key>/changes/", plan_changes.changes_page, name="land-layer-changes"),
    path("topology/", plan_changes.topology_page, name="land-topology"),
    path("sites/", sites.sites_page, name="land-sites"),
    path("sites/<int:key>/", sites.site_page, name="land-site"),
    path("sites/<int:key>/map.json", sites.site_map, name="land-site-map"),
    path("reach/", reach.reach_page, name="land-reach"),
    path("scale/", scale.scales_page, name="land-scale"),
    path("scale/<int:key>/", scale.scale_page, name="land-scale-study"),
]
