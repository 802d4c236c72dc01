"""督办单: one order with its steps; a new one; and each step as a small page with one form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from common import clock
from common.pages import done, origin
from goals import evidence
from goals.models import Plan, Target
from projects.models import Project
from supervision import answering, deciding, issuing
from supervision import forms as f
from supervision.facts import facts_of
from supervision.issuing import Terms
from supervision.models import Order, State
from supervision.permissions import CHECKS, RULES, Hand, had_a_hand, may_draft, may_issue, steps_open_to
from supervision.views.base import access_of, item_of, order_of, user_of
from supervision.words import Sheet, sheet_of

Do = Callable[[User, Order, dict[str, Any], str], object]
METHODS = ["GET", "HEAD", "POST"]


@dataclass(frozen=True)
class Action:
    """What one form does to one order: its title, its button's icon, and whether it is what people usually do."""

    title: str | Promise
    icon: str
    form: type[forms.Form]
    do: Do
    is_main: bool = False


def _issue(user: User, order: Order, said: dict[str, Any], origin: str) -> object:
    return issuing.issue(user, order, Terms(**said), origin=origin)


def _sign(user: User, order: Order, said: dict[str, Any], origin: str) -> object:
    return answering.sign(user, order, origin=origin)


def _feed_back(user: User, order: Order, said: dict[str, Any], origin: str) -> object:
    return answering.feed_back(user, order, said["done"], said["problem"], said["next_step"], origin=origin)


def _apply(user: User, order: Order, said: dict[str, Any], origin: str) -> object:
    return answering.apply(user, order, said["result"], origin=origin)


def _extend(user: User, order: Order, said: dict[str, Any], origin: str) -> object:
    return answering.ask_extension(user, order, said["new_deadline"], said["reason"], origin=origin)


def _decide(user: User, order: Order, said: dict[str, Any], origin: str) -> object:
    grant = said["grant"] == "yes"
    return deciding.decide_extension(user, order, grant=grant, decision=said["decision"], origin=origin)


def _verify(user: User, order: Order, said: dict[str, Any], origin: str) -> object:
    return deciding.verify(user, order, said["opinion"], origin=origin)


def _return(user: User, order: Order, said: dict[str, Any], origin: str) -> object:
    return deciding.send_back(user, order, said["reason"], origin=origin)


def _close(user: User, order: Order, said: dict[str, Any], origin: str) -> object:
    return deciding.close(user, order, said["opinion"], origin=origin)


def _withdraw(user: User, order: Order, said: dict[str, Any], origin: str) -> object:
    return issuing.withdraw(user, order, said["reason"], origin=origin)


ACTIONS: Mapping[str, Action] = {
    "issue": Action(gettext_lazy("签发"), "gavel", f.OrderForm, _issue, True),
    "sign": Action(gettext_lazy("签收"), "check", forms.Form, _sign, True),
    "feedback": Action(gettext_lazy("阶段反馈"), "edit", f.FeedbackForm, _feed_back),
    "apply": Action(gettext_lazy("申请办结"), "send", f.ApplyForm, _apply, True),
    "extend": Action(gettext_lazy("申请延期"), "clock", f.ExtendForm, _extend),
    "decide": Action(gettext_lazy("延期决定"), "clock", f.DecideForm, _decide, True),
    "verify": Action(gettext_lazy("核验通过"), "check", f.OpinionForm, _verify, True),
    "close": Action(gettext_lazy("销号"), "circle-check", f.OpinionForm, _close, True),
    "return": Action(gettext_lazy("退回"), "corner-up-left", f.ReasonForm, _return),
    "withdraw": Action(gettext_lazy("撤回"), "x", f.ReasonForm, _withdraw),
}


@require_safe
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet of paper, every step with its rule, and what the user may do now."""
    found, today = order_of(request, pk), clock.today()
    sheet = sheet_of(found, today)
    names = steps_open_to(Hand.of(user_of(request)), found, today, waiting=sheet.waiting)
    context = {
        "page": "orders",
        "plan": found.plan,
        "order": found,
        "sheet": sheet,
        "actions": [(name, action) for name, action in ACTIONS.items() if name in names],
        "provable": next((s for s in reversed(sheet.feedback) if evidence.may_change(user_of(request), s)), None),
        "today": today,
    }
    return render(request, "supervision/order.html", context)


@require_http_methods(METHODS)
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One step of an order. Who may is asked first; the service judges whether it is the time for it."""
    if name not in ACTIONS:
        raise Http404
    action, found = ACTIONS[name], order_of(request, pk)
    _states, rule = RULES[name]
    if not rule(Hand.of(user_of(request)), found) or (name in CHECKS and had_a_hand(user_of(request), found)):
        raise PermissionDenied
    form = _form_of(action, found, request.POST if request.method == "POST" else None)
    user = user_of(request)
    if request.method == "POST" and done(
        form, lambda: action.do(user, found, dict(form.cleaned_data), origin(request))
    ):
        messages.success(request, _("已保存。"))
        return redirect("order", pk)
    sheet = sheet_of(found, clock.today())
    context = {"page": "orders", "plan": found.plan, "order": found, "sheet": sheet, "form": form}
    context |= {"title": action.title, "asked": sheet.waiting if name == "decide" else None}
    return render(request, "supervision/act.html", context, status=400 if form.errors else 200)


def _form_of(action: Action, found: Order, data: Any) -> forms.Form:
    if action.form is not f.OrderForm:
        return action.form(data)
    names = ("grade", "requirement", "lead_office", "responsible_post", "working_days", "deadline")
    initial = {name: getattr(found, name) for name in names}
    return f.OrderForm(data, plan=found.plan, initial=initial)


@require_http_methods(METHODS)
def new_order(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """签发督办 on a target or a work; a planner leaves it as a draft (拟办) for a leader."""
    thing = item_of(request, kind, pk)
    access, plan = access_of(request), thing.plan
    if not may_draft(access, plan):
        raise PermissionDenied
    issues = may_issue(access, plan)
    if request.method == "POST" and "preview" in request.POST:
        preview = _on_paper(user_of(request), thing, _new_form(thing, plan, request.POST), issues=issues)
        return render(request, "supervision/_paper.html", preview)
    is_draft = not issues or request.POST.get("draft") == "1"
    form = _new_form(thing, plan, request.POST if request.method == "POST" else None)
    user, made = user_of(request), []
    write = issuing.draft if is_draft else issuing.issue_new
    if request.method == "POST" and done(
        form, lambda: made.append(write(user, thing, Terms(**form.cleaned_data), origin=origin(request)))
    ):
        messages.success(request, _("已存为拟办。") if made[0].state == State.DRAFT else _("已签发。"))
        return redirect("order", made[0].pk)
    context = {
        "page": "orders",
        "plan": plan,
        "thing": thing,
        "kind": kind,
        "form": form,
        "facts": facts_of(thing, clock.today()),
        "issues": issues,
    } | _on_paper(user, thing, form, issues=issues)
    return render(request, "supervision/new.html", context, status=400 if form.errors else 200)


def _on_paper(user: User, thing: Target | Project, form: f.OrderForm, *, issues: bool) -> dict[str, Any]:
    """What the sheet of paper would say: what is wrong or missing stays blank; nothing is stored."""
    said: Mapping[str, Any] = form.initial
    if form.is_bound:
        form.is_valid()
        said = {name: form.cleaned_data.get(name) for name in form.fields}
    order = Order(
        plan=thing.plan,
        facts=facts_of(thing, clock.today()).text,
        requirement=said.get("requirement") or "",
        lead_office=said.get("lead_office"),
        responsible_post=said.get("responsible_post"),
        working_days=said.get("working_days"),
        deadline=said.get("deadline"),
        issued_by=user if issues else None,
        **{"target" if isinstance(thing, Target) else "project": thing},
    )
    return {"plan": thing.plan, "order": order, "sheet": Sheet(order, clock.today())}


def _new_form(thing: Target | Project, plan: Plan, data: Any) -> f.OrderForm:
    initial = {"lead_office": thing.lead_office, "responsible_post": thing.responsible_post}
    return f.OrderForm(data, plan=plan, initial=initial)
