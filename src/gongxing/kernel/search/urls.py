"""Addresses of search."""

from django.urls import path

from gongxing.kernel.search import pages

urlpatterns = [path("palette/", pages.palette, name="palette")]
