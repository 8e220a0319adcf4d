"""Addresses of the chain stage's own pages."""

from django.urls import path

from gongxing.domains.chain.pages import (
    editor,
    firms,
    fusion,
    graph,
    growth,
    hints,
    lengthen,
    maps,
    report,
    special,
    splitting,
    structure,
    survey,
    surveys,
)

urlpatterns = [
    path("", maps.maps_page, name="chain-maps"),
    path("doubtful/", firms.doubtful_page, name="chain-doubtful"),
    path("doubtful/answer/", firms.doubtful_answer, name="chain-doubtful-answer"),
    path("unplaced/", firms.unplaced_page, name="chain-unplaced"),
    path("unplaced/answer/", firms.unplaced_answer, name="chain-unplaced-answer"),
    path("survey/", surveys.surveys_page, name="chain-surveys"),
    path("survey/<int:firm>/", survey.survey_page, name="chain-survey"),
    path("survey/<int:firm>/match/", survey.match_part, name="chain-survey-match"),
    path("node/<str:code>/", maps.node_page, name="chain-node"),
    path("hints/", hints.hints_page, name="chain-hints"),
    path("edit/<str:code>/", editor.editor_page, name="chain-edit"),
    path("edit/<str:code>/graph/", graph.graph_page, name="chain-graph"),
    path("map/<str:code>/export/<str:kind>/", graph.export_page, name="chain-export"),
    path("edit/<str:code>/split/<int:key>/", splitting.split_page, name="chain-split"),
    path("map/<str:code>/", maps.map_page, name="chain-map"),
    path("map/<str:code>/report.<str:kind>", report.report, name="chain-report"),
    path("map/<str:code>/table.xlsx", report.table, name="chain-table"),
    path("map/<str:code>/map.<str:kind>", report.picture, name="chain-picture"),
    path("map/<str:code>/pictures/<str:which>.<str:kind>", report.other_picture, name="chain-picture-of"),
    path("fusion/", fusion.fusion_page, name="chain-fusion"),
    path("fusion/<str:strategic>/<str:traditional>/", fusion.pair_page, name="chain-fusion-pair"),
    path("growth/", growth.growth_page, name="chain-growth"),
    path("lengthen/", lengthen.lengthen_page, name="chain-lengthen"),
    path("special/", special.special_page, name="chain-special"),
    path("structure/", structure.structure_page, name="chain-structure"),
]
