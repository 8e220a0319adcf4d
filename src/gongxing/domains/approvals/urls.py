"""Addresses of the approvals stage's own pages."""

from django.urls import path

from gongxing.domains.approvals.pages import lane, rule_changes

urlpatterns = [
    path("lane/", lane.lane_page, name="approvals-lane"),
    path("lane/enter/<int:key>/", lane.enter_page, name="approvals-lane-enter"),
    path("lane/<int:key>/file/", lane.lane_file, name="approvals-lane-file"),
    path("changes/", rule_changes.changes_page, name="approvals-rule-changes"),
]
