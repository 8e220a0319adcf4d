"""Addresses of the spine's own pages."""

from django.urls import path

from gongxing.domains.projects.pages import promises

urlpatterns = [
    path("promises/", promises.promises_page, name="promises"),
    path("promises/text/", promises.promises_text, name="promises-text"),
    path("promises/<int:key>/claim/", promises.claim_page, name="promise-claim"),
    path("promises/<int:key>/file/", promises.promise_file, name="promise-file"),
    path("<int:key>/promises.docx", promises.promise_word, name="promise-word"),
]
