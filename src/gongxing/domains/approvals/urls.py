"""Addresses of the pages of the approvals stage."""

from django.urls import path

from gongxing.domains.approvals.pages import flow_trial, flows

urlpatterns = [
    path("flows/", flows.flows_page, name="approvals-flows"),
    path("flows/<int:key>/edit/", flows.edit_page, name="approvals-flow-edit"),
    path("flows/<int:key>/try/", flow_trial.trial_page, name="approvals-flow-try"),
]
