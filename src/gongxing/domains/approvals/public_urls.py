"""Addresses of the case page without an account; the site lets everybody in below ``/case/``."""

from django.urls import path

from gongxing.domains.approvals.pages import public

urlpatterns = [
    path("", public.door, name="case-door"),
    path("leave/", public.leave, name="case-leave"),
    path("<slug:code>/", public.case_page, name="case-page"),
    path("<slug:code>/clock/<int:key>/", public.clock_page, name="case-clock"),
    path("<slug:code>/letter/<int:key>.<slug:kind>", public.letter_file, name="case-letter"),
]
