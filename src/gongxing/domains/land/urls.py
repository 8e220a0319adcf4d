"""Addresses of the land stage's own pages."""

from django.urls import path

from gongxing.domains.land.pages import parcel

urlpatterns = [
    path("parcel/<int:key>/clock/", parcel.clock_page, name="land-clock"),
]
