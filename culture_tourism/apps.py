"""文旅融合: six scenes and eight flavours, events of the seasons, residences, halls, idle farmhouses, 乡贤."""

from django.apps import AppConfig


class CultureTourismConfig(AppConfig):
    name = "culture_tourism"
