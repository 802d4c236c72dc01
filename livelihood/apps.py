"""社会民生: medical insurance by village, social assistance, village clinics, visits to households in need."""

from django.apps import AppConfig


class LivelihoodConfig(AppConfig):
    name = "livelihood"
