"""Addresses of the pages of progress, and of what helps on every page: finding, and saying what is wrong."""

from django.urls import path

from dashboard.views import compared, feedback, finding, overview, section, target

finding_and_feedback = [
    path("search/", finding.search, name="search"),
    path("filters/save/", finding.save_filter, name="save-filter"),
    path("filters/<int:pk>/forget/", finding.forget_filter, name="forget-filter"),
    path("feedback/", feedback.feedback, name="feedback"),
    path("feedback/inbox/", feedback.inbox, name="feedback-inbox"),
    path("feedback/<int:pk>/answer/", feedback.answer, name="answer-feedback"),
]

urlpatterns = [
    path("", overview.home, name="home"),
    path("compare/", compared.compared, name="compared"),
    path("plans/<str:slug>/", overview.overview, name="overview"),
    path("plans/<str:slug>/sections/<str:code>/", section.section, name="section"),
    path("targets/<int:pk>/", target.target, name="target"),
    path("targets/<int:pk>/comment/", target.comment, name="comment-target"),
    *finding_and_feedback,
]
