"""Addresses of the spine's own pages."""

from django.urls import path

from gongxing.domains.projects.pages import push

urlpatterns = [
    path("push/", push.push_page, name="projects-push"),
    path("push/<int:key>/", push.plan_page, name="projects-push-plan"),
]
