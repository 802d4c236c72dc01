"""Addresses of the pages of progress, and of what helps on every page: finding, and saying what is wrong."""

from django.urls import path

from dashboard.views import (
    bulletins,
    compared,
    document,
    feedback,
    finding,
    items,
    mine,
    overview,
    ranking,
    section,
    selection,
    target,
    wall,
)

finding_and_feedback = [
    path("search/", finding.search, name="search"),
    path("plans/<str:slug>/selection/<slug:kind>/", selection.selection, name="selection"),
    path("filters/save/", finding.save_filter, name="save-filter"),
    path("filters/<int:pk>/forget/", finding.forget_filter, name="forget-filter"),
    path("feedback/", feedback.feedback, name="feedback"),
    path("feedback/inbox/", feedback.inbox, name="feedback-inbox"),
    path("feedback/<int:pk>/answer/", feedback.answer, name="answer-feedback"),
]

wall_and_bulletins = [
    path("plans/<str:slug>/bulletins/", bulletins.listed, name="bulletins"),
    path("plans/<str:slug>/bulletins/template/", bulletins.template, name="bulletin-template"),
    path("plans/<str:slug>/bulletins/template/withdraw/", bulletins.withdraw, name="withdraw-template"),
    path("bulletins/<uuid:pk>/", bulletins.show, name="bulletin"),
    path("bulletins/<uuid:pk>/again/", bulletins.again, name="bulletin-again"),
    path("bulletins/<uuid:pk>/<str:kind>/", bulletins.download, name="bulletin-file"),
    path("plans/<str:slug>/wall/", wall.wall, name="wall"),
    path("plans/<str:slug>/wall/live/", wall.live, name="wall-live"),
    path("plans/<str:slug>/wall/links/", wall.links, name="wall-links"),
    path("wall-links/<int:pk>/revoke/", wall.revoke, name="revoke-wall-link"),
    path("wall/<str:key>/", wall.linked, name="linked-wall"),
    path("wall/<str:key>/live/", wall.linked_live, name="linked-live"),
]

urlpatterns = [
    path("", overview.home, name="home"),
    path("compare/", compared.compared, name="compared"),
    path("plans/<str:slug>/", overview.overview, name="overview"),
    path("plans/<str:slug>/items/", items.items, name="items"),
    path("plans/<str:slug>/mine/", mine.mine, name="mine"),
    path("plans/<str:slug>/ranking/", ranking.ranking, name="ranking"),
    path("plans/<str:slug>/sections/<str:code>/", section.section, name="section"),
    path("plans/<str:slug>/document/", document.document, name="document"),
    path("targets/<int:pk>/", target.target, name="target"),
    path("targets/<int:pk>/comment/", target.comment, name="comment-target"),
    *finding_and_feedback,
    *wall_and_bulletins,
]
