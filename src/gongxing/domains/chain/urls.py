"""Addresses of the chain stage's own pages."""

from django.urls import path

from gongxing.domains.chain.pages import firms, fusion, growth, lengthen, maps, structure

urlpatterns = [
    path("", maps.maps_page, name="chain-maps"),
    path("doubtful/", firms.doubtful_page, name="chain-doubtful"),
    path("doubtful/answer/", firms.doubtful_answer, name="chain-doubtful-answer"),
    path("node/<str:code>/", maps.node_page, name="chain-node"),
    path("map/<str:code>/", maps.map_page, name="chain-map"),
    path("fusion/", fusion.fusion_page, name="chain-fusion"),
    path("fusion/<str:strategic>/<str:traditional>/", fusion.pair_page, name="chain-fusion-pair"),
    path("growth/", growth.growth_page, name="chain-growth"),
    path("lengthen/", lengthen.lengthen_page, name="chain-lengthen"),
    path("structure/", structure.structure_page, name="chain-structure"),
]
