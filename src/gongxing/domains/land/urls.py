"""Addresses of the land stage's own pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
