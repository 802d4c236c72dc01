"""平安智治: hazards, accidents, special equipment, plants of several tenants, disputes."""

from django.apps import AppConfig


class SafetyConfig(AppConfig):
    name = "safety"
