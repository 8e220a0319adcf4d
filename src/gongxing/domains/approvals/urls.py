"""Addresses of the approvals stage's own pages."""

from django.urls import path

from gongxing.domains.approvals.pages import (
    flow_trial,
    flows,
    lane,
    loads,
    plan_record,
    plans,
    process,
    process_conform,
    process_leads,
    process_logs,
    rule_changes,
)

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
    path("process/", process.process_page, name="process"),
    path("process/logs/", process_logs.logs_page, name="process-logs"),
    path("process/logs/<int:key>/", process_logs.log_page, name="process-log"),
    path("process/logs/<int:key>/drop/", process_logs.drop_page, name="process-log-drop"),
    path("process/leads/", process_leads.leads_page, name="process-leads"),
    path("process/conform/", process_conform.conform_page, name="process-conform"),
    path("flows/", flows.flows_page, name="approvals-flows"),
    path("flows/<int:key>/edit/", flows.edit_page, name="approvals-flow-edit"),
    path("flows/<int:key>/try/", flow_trial.trial_page, name="approvals-flow-try"),
    path("plan/<int:key>/record/", plan_record.record_page, name="permit-plan-record"),
]
