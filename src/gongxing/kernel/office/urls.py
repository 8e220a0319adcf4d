"""Addresses of the office."""

from django.urls import path

from gongxing.kernel.office import burden_pages, handover_pages, pages, rule_pages

urlpatterns = [
    path("packs/", pages.packs_page, name="packs"),
    path("packs/<slug:name>/<str:table_name>/", pages.pack_table_page, name="pack-table"),
    path("packs/<slug:name>/<str:table_name>/rule/", rule_pages.rule_page, name="pack-rule"),
    path("packs/<slug:name>/<str:table_name>/paste/", rule_pages.paste_page, name="pack-paste"),
    path("handover/", handover_pages.posts_page, name="handover"),
    path("handover/new/", handover_pages.hand_over_page, name="handover-new"),
    path("handover/<int:key>/", handover_pages.slip_page, name="handover-slip"),
    path("burden/", burden_pages.burden_page, name="burden"),
    path("burden/book/", burden_pages.burden_book, name="burden-book"),
    path("burden/mine/", burden_pages.own_burden_page, name="burden-mine"),
    path("trail/", pages.trail_page, name="trail"),
]
