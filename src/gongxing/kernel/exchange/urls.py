"""Addresses of import and export."""

from django.urls import path

from gongxing.kernel.exchange import pages

urlpatterns = [
    path("l/<slug:slug>/import/", pages.upload_page, name="exchange-upload"),
    path("l/<slug:slug>/export/", pages.export_page, name="exchange-export"),
    path("imports/<int:key>/", pages.session_page, name="exchange-session"),
    path("imports/<int:key>/decide/", pages.decide_page, name="exchange-decide"),
    path("imports/<int:key>/write/", pages.write_page, name="exchange-write"),
    path("imports/<int:key>/undo/", pages.undo_page, name="exchange-undo"),
    path("imports/<int:key>/faults/", pages.faults_file, name="exchange-faults"),
    path("files/<int:key>/", pages.file_page, name="exchange-file"),
]
