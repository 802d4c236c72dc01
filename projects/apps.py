"""Works: what a plan promises that is not a number, with milestones, inspections, funds and upkeep."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "projects"
