"""Addresses of documents."""

from django.urls import path

from gongxing.kernel.documents import pages

urlpatterns = [path("l/<slug:slug>/<int:key>/document/<str:kind>/", pages.document, name="document")]
