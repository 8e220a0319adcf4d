"""Addresses of the policy stage's own pages."""

from django.urls import path

from gongxing.domains.policy.pages import findings

urlpatterns = [
    path("findings/", findings.findings_page, name="policy-findings"),
    path("findings/<slug:slug>/<int:key>/sheet.docx", findings.sheet_page, name="policy-review-sheet"),
]
