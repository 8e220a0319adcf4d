"""Addresses of the spine's own pages."""

from django.urls import path

from gongxing.domains.projects.pages import papers, pool, project, promises, push, twins, vetting

urlpatterns = [
    path("push/", push.push_page, name="projects-push"),
    path("push/<int:key>/", push.plan_page, name="projects-push-plan"),
    path("<int:key>/", project.project_page, name="project"),
    path("<int:key>/sheet/", project.sheet_page, name="project-sheet"),
    path("<int:key>/sheet.docx", project.sheet_word, name="project-sheet-word"),
    path("<int:key>/papers/", papers.papers_page, name="project-papers"),
    path("<int:key>/papers/<slug:kind>/", papers.paper_page, name="project-paper"),
    path("papers/<int:key>/file/", papers.paper_file, name="project-paper-file"),
    path("promises/", promises.promises_page, name="promises"),
    path("promises/text/", promises.promises_text, name="promises-text"),
    path("promises/<int:key>/claim/", promises.claim_page, name="promise-claim"),
    path("promises/<int:key>/file/", promises.promise_file, name="promise-file"),
    path("<int:key>/promises.docx", promises.promise_word, name="promise-word"),
    path("pool/", pool.pool_page, name="projects-pool"),
    path("pool/batch/", pool.batch_page, name="projects-pool-list"),
    path("pool/book/", pool.pool_book, name="projects-pool-book"),
    path("twins/", twins.twins_page, name="projects-twins"),
    path("twins/answer/", twins.twins_answer, name="projects-twins-answer"),
    path("vetting/", vetting.vettings_page, name="projects-vettings"),
    path("vetting/open/", vetting.vetting_open, name="projects-vetting-open"),
    path("vetting/<int:year>/", vetting.vetting_page, name="projects-vetting"),
    path("vetting/<int:year>/answer/", vetting.vetting_answer, name="projects-vetting-answer"),
    path("vetting/<int:year>/word/", vetting.vetting_paper, name="projects-vetting-word"),
]
