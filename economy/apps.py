"""经济发展: firms and what they are recognised for, projects, space, grain and farmland, talents, requests."""

from django.apps import AppConfig


class EconomyConfig(AppConfig):
    name = "economy"
