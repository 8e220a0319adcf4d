"""Addresses of the office."""

from django.urls import path

from gongxing.kernel.office import pages

urlpatterns = [
    path("packs/", pages.packs_page, name="packs"),
    path("packs/<slug:name>/<str:table_name>/", pages.pack_table_page, name="pack-table"),
    path("trail/", pages.trail_page, name="trail"),
]
