"""Addresses of the pages of works."""

from django.urls import path

from projects.views import actions, editing, lists, project, sheets

urlpatterns = [
    path("plans/<str:slug>/projects/", lists.project_list, name="projects"),
    path("plans/<str:slug>/projects/new/", editing.new_project, name="new-project"),
    path("plans/<str:slug>/projects/import/", editing.import_projects, name="import-projects"),
    path("plans/<str:slug>/inspections/", sheets.inspections, name="inspections"),
    path("plans/<str:slug>/routine/", sheets.routine_list, name="routine-list"),
    path("themes/<int:pk>/routine/", sheets.routine_sheet, name="routine"),
    path("district/", lists.district, name="district"),
    path("projects/<int:pk>/", project.project, name="project"),
    path("projects/<int:pk>/edit/", editing.edit_project, name="edit-project"),
    path("projects/<int:pk>/schedule/", editing.schedule, name="schedule"),
    path("projects/<int:pk>/milestones/new/", editing.new_milestone, name="new-milestone"),
    path("projects/<int:pk>/comment/", project.comment_on_project, name="comment-project"),
    path("projects/<int:pk>/<slug:name>/", actions.on_project, name="on-project"),
    path("milestones/<int:pk>/edit/", editing.edit_milestone, name="edit-milestone"),
    path("milestones/<int:pk>/files/", sheets.milestone_files, name="milestone-files"),
    path("milestones/<int:pk>/<slug:name>/", actions.on_milestone, name="on-milestone"),
    path("findings/<int:pk>/<slug:name>/", actions.on_finding, name="on-finding"),
    path("postponements/<int:pk>/decide/", actions.decide, name="decide-postponement"),
    path("upkeep-checks/<int:pk>/", actions.check, name="upkeep-check"),
    path("payments/<int:pk>/delete/", actions.strike, name="delete-payment"),
    path("comments/<int:pk>/withdraw/", project.withdraw_comment, name="withdraw-comment"),
]
