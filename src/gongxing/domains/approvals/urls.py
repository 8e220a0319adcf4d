"""Addresses of the approvals stage's own pages."""

from django.urls import path

from gongxing.domains.approvals.pages import lane, loads, plans, rule_changes

urlpatterns = [
    path("plan/", plans.plans_page, name="permit-plans"),
    path("plan/load/", loads.load_page, name="permit-load"),
    path("plan/<int:key>/", plans.plan_page, name="permit-plan"),
    path("plan/<int:key>/ask/", plans.ask_page, name="permit-plan-ask"),
    path("plan/<int:key>/sheet/", plans.sheet_page, name="permit-plan-sheet"),
    path("plan/<int:key>/plan.docx", plans.plan_paper, name="permit-plan-word"),
    path("lane/", lane.lane_page, name="approvals-lane"),
    path("lane/enter/<int:key>/", lane.enter_page, name="approvals-lane-enter"),
    path("lane/<int:key>/file/", lane.lane_file, name="approvals-lane-file"),
    path("changes/", rule_changes.changes_page, name="approvals-rule-changes"),
]
