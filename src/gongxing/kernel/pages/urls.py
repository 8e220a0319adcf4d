"""Addresses of the generic pages."""

from django.urls import path

from gongxing.kernel.pages import detail, dialog, filling, form, jobs, listing, views

urlpatterns = [
    path("l/<slug:slug>/", listing.list_page, name="ledger-list"),
    path("l/<slug:slug>/add/", form.form_page, name="ledger-add"),
    path("l/<slug:slug>/prefill/", filling.prefill, name="ledger-prefill"),
    path("l/<slug:slug>/facet/<str:name>/", listing.facet_options, name="ledger-facet"),
    path("l/<slug:slug>/totals/", listing.list_totals, name="ledger-totals"),
    path("l/<slug:slug>/views/", views.save_view, name="ledger-save-view"),
    path("l/<slug:slug>/views/counts/", views.view_counts, name="ledger-view-counts"),
    path("l/<slug:slug>/views/<int:key>/delete/", views.delete_view, name="ledger-delete-view"),
    path("l/<slug:slug>/columns/", views.save_columns, name="ledger-columns"),
    path("l/<slug:slug>/<int:key>/", detail.detail_page, name="ledger-detail"),
    path("l/<slug:slug>/<int:key>/change/", form.form_page, name="ledger-change"),
    path("do/<str:name>/", dialog.dialog, name="action-dialog"),
    path("jobs/", jobs.jobs_page, name="jobs"),
    path("jobs/<int:key>/", jobs.job_progress, name="job-progress"),
    path("jobs/<int:key>/cancel/", jobs.job_cancel, name="job-cancel"),
]
