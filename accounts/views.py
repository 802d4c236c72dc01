"""Logging in, with a lock after wrong passwords."""

from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class Login(LoginView):
    """The login page; who is logged in already goes on."""

    template_name = "accounts/login.html"
    redirect_authenticated_user = True


def locked_out(request: HttpRequest, credentials: object, *args: object, **kwargs: object) -> HttpResponse:
    """What django-axes answers once there were too many wrong passwords."""
    return render(request, "accounts/locked.html", status=429)
