"""Addresses of the spine's own pages."""

from django.urls import path

from gongxing.domains.projects.pages import papers, project

urlpatterns = [
    path("<int:key>/", project.project_page, name="project"),
    path("<int:key>/papers/<slug:kind>/", papers.paper_page, name="project-paper"),
    path("papers/<int:key>/file/", papers.paper_file, name="project-paper-file"),
]
