"""Addresses of this stage's own pages."""

from django.urls import path

from gongxing.domains.firms import merge_page, pages

urlpatterns = [
    path("confirm/", pages.confirm_page, name="firms-confirm"),
    path("confirm/answer/", pages.confirm_answer, name="firms-confirm-answer"),
    path("known/", pages.known_page, name="firms-known"),
    path("duplicates/", pages.duplicates_page, name="firms-duplicates"),
    path("duplicates/<int:key>/", merge_page.merge_page, name="firms-merge"),
]
