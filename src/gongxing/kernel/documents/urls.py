"""Addresses of documents."""

from django.urls import path

from gongxing.kernel.documents import handover, pages

urlpatterns = [
    path("l/<slug:slug>/<int:key>/document/<str:kind>/", pages.document, name="document"),
    path("handover/<int:key>/word/", handover.handover_word, name="handover-word"),
]
