"""Addresses of the approvals stage's own pages."""

from django.urls import path

from gongxing.domains.approvals.pages import loads, plans

urlpatterns = [
    path("plan/", plans.plans_page, name="permit-plans"),
    path("plan/load/", loads.load_page, name="permit-load"),
    path("plan/<int:key>/", plans.plan_page, name="permit-plan"),
    path("plan/<int:key>/ask/", plans.ask_page, name="permit-plan-ask"),
    path("plan/<int:key>/sheet/", plans.sheet_page, name="permit-plan-sheet"),
    path("plan/<int:key>/plan.docx", plans.plan_paper, name="permit-plan-word"),
]
