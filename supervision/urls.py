"""Addresses of the pages of orders."""

from django.urls import path

from supervision.views import files, lists, order

urlpatterns = [
    path("plans/<str:slug>/orders/", lists.order_list, name="orders"),
    path("plans/<str:slug>/orders/propose/", lists.propose, name="propose-orders"),
    path("proposals/<int:pk>/dismiss/", lists.dismiss, name="dismiss-proposal"),
    path("orders/new/target/<int:pk>/", order.new_order, {"kind": "target"}, name="new-target-order"),
    path("orders/new/project/<int:pk>/", order.new_order, {"kind": "project"}, name="new-project-order"),
    path("order-steps/<int:pk>/files/", files.step_files, name="step-files"),
    path("orders/<int:pk>/", order.order, name="order"),
    path("orders/<int:pk>/<slug:name>/", order.act, name="order-step"),
]
