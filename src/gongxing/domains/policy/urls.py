"""Addresses of the policy stage's own pages."""

from django.urls import path

from gongxing.domains.policy.pages import condition, findings, guides, lists, matches, overview, reach

urlpatterns = [
    path("findings/", findings.findings_page, name="policy-findings"),
    path("findings/<slug:slug>/<int:key>/sheet.docx", findings.sheet_page, name="policy-review-sheet"),
    path("guides/", guides.guides_page, name="policy-guides"),
    path("guides/<slug:book>.xlsx", guides.sheet_page, name="policy-guide-sheet"),
    path("", overview.clauses_page, name="policy-clauses"),
    path("near/", lists.near_page, name="policy-near"),
    path("near/table.xlsx", lists.near_book, name="policy-near-book"),
    path("automatic/", lists.automatic_page, name="policy-automatic"),
    path("automatic/table.xlsx", lists.automatic_book, name="policy-automatic-book"),
    path("firm/<int:key>/", matches.firm_page, name="policy-firm"),
    path("project/<int:key>/", matches.project_page, name="policy-project"),
    path("clause/<int:key>/", reach.reach_page, name="policy-reach"),
    path("clause/<int:key>/table.xlsx", reach.reach_book, name="policy-reach-book"),
    path("clause/<int:key>/condition/", condition.condition_page, name="policy-condition"),
]
