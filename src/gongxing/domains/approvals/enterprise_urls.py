"""Addresses of the case page for accounts, of the files handed in, and of the making of keys."""

from django.urls import path

from gongxing.domains.approvals.pages import enterprise

urlpatterns = [
    path("projects/<int:key>/", enterprise.enterprise_page, name="enterprise-cases"),
    path("projects/<int:key>/key/", enterprise.key_page, name="case-key-make"),
    path("letters/<int:key>.<slug:kind>", enterprise.letter_file, name="enterprise-letter"),
    path("files/<int:key>/", enterprise.material_file, name="case-material-file"),
]
