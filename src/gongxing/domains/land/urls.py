"""Addresses of the land stage's own pages."""

from django.urls import path

from gongxing.domains.land.pages import layout, parcel

urlpatterns = [
    path("parcel/<int:key>/clock/", parcel.clock_page, name="land-clock"),
    path("layout/", layout.layouts_page, name="land-layouts"),
    path("layout/<int:key>/", layout.layout_page, name="land-layout"),
    path("layout/<int:key>/map.json", layout.layout_map, name="land-layout-map"),
]
