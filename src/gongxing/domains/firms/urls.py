"""Addresses of this stage's own pages."""

from django.urls import path

from gongxing.domains.firms import pages

urlpatterns = [
    path("confirm/", pages.confirm_page, name="firms-confirm"),
    path("confirm/answer/", pages.confirm_answer, name="firms-confirm-answer"),
    path("duplicates/", pages.duplicates_page, name="firms-duplicates"),
    path("duplicates/<int:key>/", pages.merge_page, name="firms-merge"),
]
