"""Addresses of the registers' pages."""

from django.urls import path

from ledgers import exchange, places, views

_LEDGER = "ledgers/<slug:section>/<slug:code>/"

urlpatterns = [
    path("ledgers/", places.ledgers, name="ledgers"),
    path("ledgers/lists/", places.lists, name="ledger-lists"),
    path("ledgers/lists/<code:code>/add/", places.add_entry, name="add-entry"),
    path("ledgers/lists/<code:code>/<slug:entry>/retire/", places.retire_entry, name="retire-entry"),
    path(_LEDGER, views.ledger_list, name="ledger"),
    path(f"{_LEDGER}new/", views.add_row, name="add-row"),
    path(f"{_LEDGER}confirm/", views.confirm, name="confirm-ledger"),
    path(f"{_LEDGER}settings/", places.settings, name="ledger-settings"),
    path(f"{_LEDGER}excel/", exchange.excel, name="ledger-excel"),
    path(f"{_LEDGER}export/", exchange.export, name="export-ledger"),
    path(f"{_LEDGER}<int:pk>/", views.ledger_row, name="ledger-row"),
    path(f"{_LEDGER}<int:pk>/edit/", views.edit_row, name="edit-row"),
    path(f"{_LEDGER}<int:pk>/void/", views.void, name="void-row"),
    path(f"{_LEDGER}<int:pk>/evidence/", views.attach, name="row-evidence"),
]
