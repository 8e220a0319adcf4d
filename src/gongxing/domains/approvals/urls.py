"""Addresses of the approvals stage."""

from django.urls import path

from gongxing.domains.approvals.pages import process, process_leads, process_logs

urlpatterns = [
    path("process/", process.process_page, name="process"),
    path("process/logs/", process_logs.logs_page, name="process-logs"),
    path("process/logs/<int:key>/", process_logs.log_page, name="process-log"),
    path("process/logs/<int:key>/drop/", process_logs.drop_page, name="process-log-drop"),
    path("process/leads/", process_leads.leads_page, name="process-leads"),
]
