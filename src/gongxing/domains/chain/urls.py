"""Addresses of the chain stage's own pages."""

from django.urls import path

from gongxing.domains.chain.pages import editor, firms, graph, hints, maps, splitting

urlpatterns = [
    path("", maps.maps_page, name="chain-maps"),
    path("doubtful/", firms.doubtful_page, name="chain-doubtful"),
    path("doubtful/answer/", firms.doubtful_answer, name="chain-doubtful-answer"),
    path("node/<str:code>/", maps.node_page, name="chain-node"),
    path("hints/", hints.hints_page, name="chain-hints"),
    path("edit/<str:code>/", editor.editor_page, name="chain-edit"),
    path("edit/<str:code>/graph/", graph.graph_page, name="chain-graph"),
    path("edit/<str:code>/export/<str:kind>/", graph.export_page, name="chain-export"),
    path("edit/<str:code>/split/<int:key>/", splitting.split_page, name="chain-split"),
    path("map/<str:code>/", maps.map_page, name="chain-map"),
]
