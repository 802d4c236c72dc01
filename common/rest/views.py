"""The bases of the API's resources: what every one of them can do, once.

How to add a resource:

1. A viewset over `Resource` (records addressed by their code), `Numbered` (by their number) or, where nothing is
   written by plain POST and PATCH, `Listed`. Give it `serializer_class`, `permission_classes`, `get_queryset()` (with
   who may see what, `select_related` and `prefetch_related`, and an order), and as needed `filterset_class`,
   `ordering_fields`, `search_fields`. Register it in `taoyan/api.py`.
2. That is enough for: pages, `updated_since` with a cursor that misses nothing, `?fields=`, `?format=csv` and `xlsx`,
   `ETag` with 304, `Last-Modified`, `If-Match` with 412, `Idempotency-Key` on every POST, the throttle, and all of it
   in the schema.
3. `by_cursor = True` for a history, or what grows into the hundred thousands: read by `cursor`, without a count.
4. `expandable = {"plan": beside("plan", lambda: PlanViewSet, by="slug")}` for what `?expand=` may add.
5. `depends_on`: the models of which an answer is made, and those (`SEES`) that decide who sees it. Without it an ETag
   moves with any change to the portal's tables: right, but seldom worth having. `taoyan/tests/test_conditional.py`
   reads the queries of every list and detail, and names a table that was forgotten.
6. `rows()` may build the answer's rows without serializers, and `csv_lines()` the lines of a table, where many are
   asked for often.
7. A workflow action (`@action(detail=True, methods=["post"])`) starts with `self.get_object()`: that locks the record
   and holds it against `If-Match`. `locked_through = "plan"` names the record that all writers of this one lock first.
8. An action that shows a secret once stands in `shows_secret_once`: no answer of it is kept.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers
from rest_framework import mixins, viewsets
from rest_framework.exceptions import APIException, NotAcceptable
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from common import changes
from common.rest import conditional, export, idempotency, pagination, shaping
from common.rest.shaping import Expand, Row

CODE = r"[A-Za-z0-9._-]{1,100}"
NUMBER = r"[0-9]{1,18}"


class NotModified(Exception):
    """The client has the answer already."""


class Portal:
    """What any view of the API does (before `APIView` among the bases)."""

    depends_on: Sequence[type[Model]] | None = None
    # Actions whose answer is no JSON, or depends on more than the database.
    unconditional: Sequence[str] = ()
    shows_secret_once: Sequence[str] = ()
    validators: conditional.Validators | None = None
    version: int | None = None
    detail = False
    action = ""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        name = request.method.lower()
        handler = getattr(self, name, None)
        if handler is not None and request.method not in SAFE_METHODS:
            setattr(self, name, partial(self._carried_out, handler))
        return super().dispatch(request, *args, **kwargs)

    def perform_authentication(self, request: Request) -> None:
        """Who asks is counted before anything else is looked at, who isn't known by the address."""
        try:
            super().perform_authentication(request)
        except APIException:
            request._user, request._auth = AnonymousUser(), None
            self._throttle(request)
            raise
        self._throttle(request)

    def _throttle(self, request: Request) -> None:
        super().check_throttles(request)

    def check_throttles(self, request: Request) -> None:
        """Done already."""

    def check_permissions(self, request: Request) -> None:
        """Who has the ETag of an answer was given that answer, and what decides who sees it didn't change since: the
        tag says so without another query, and can't be made up."""
        if request.user and request.user.is_authenticated:
            self._find_validators(request)
            if self.validators is not None and self.validators.hold(request):
                raise NotModified
        super().check_permissions(request)
        # Of one record that isn't seen nothing is said, not even since when.
        if self.validators is not None and not self.detail and self.validators.old_enough(request):
            raise NotModified

    def _find_validators(self, request: Request) -> None:
        if request.method not in SAFE_METHODS or self.action in self.unconditional:
            return
        if export.format_of(request) != "json" and self.action != "list":
            raise NotAcceptable
        models = changes.tracked() if self.depends_on is None else self.depends_on
        self.validators = conditional.validators(request, models)

    def handle_exception(self, exc: Exception) -> HttpResponseBase:
        if isinstance(exc, NotModified):
            return HttpResponse(status=304)
        return super().handle_exception(exc)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = super().finalize_response(request, response, *args, **kwargs)
        if self.validators is not None and answer.status_code in (200, 304):
            shown = self.validators.shown(request) if answer.status_code == 304 else None
            answer["ETag"] = shown or self.validators.etag(self.version)
            answer["Last-Modified"] = self.validators.last_modified()
            answer["Cache-Control"] = "private, no-cache"
            patch_vary_headers(answer, ("Accept", "Accept-Language", "Authorization", "Cookie"))
        return answer

    def _carried_out(self, handler: Callable[..., Any], request: Request, *args: Any, **kwargs: Any) -> Any:
        """A write to one record, or with a key, is one transaction: locks hold to its end, a refusal undoes it."""
        key = idempotency.key_of(request)
        if key is None and not self.detail:
            return handler(request, *args, **kwargs)
        with transaction.atomic():
            if key is not None:
                first = idempotency.keeper().first_answer(request.user, key, idempotency.fingerprint_of(request))
                if first is not None:
                    return first.again()
            answer = handler(request, *args, **kwargs)
            if answer.status_code >= 400:
                transaction.set_rollback(True)
            elif key is not None:
                kept = None if self.action in self.shows_secret_once else idempotency.body_of(answer)
                idempotency.keeper().keep(request.user, key, answer.status_code, kept)
        return answer


class Listed(Portal, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):  # type: ignore[type-arg]
    """List and detail of one kind of record."""

    ordering_fields: tuple[str, ...] = ("updated_at",)
    search_fields: tuple[str, ...] = ()
    extra_parameters: tuple[str, ...] = ()
    by_cursor = False
    expandable: Mapping[str, Expand] = {}
    locked_through = ""

    def list(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        queryset = self.filter_queryset(self.get_queryset())
        kind = export.format_of(request)
        if kind != "json":
            return self._exported(queryset, kind)
        return self.get_paginated_response(self.shaped(self.rows(self.paginate_queryset(queryset))))

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        record = self.get_object()
        self.version = record.version
        return Response(self.shaped(self.rows([record]))[0])

    def get_object(self) -> Any:
        """The record, if the user sees it; on its way to be written locked, and held against `If-Match`."""
        record = super().get_object()
        if self.request.method in SAFE_METHODS:
            return record
        wanted = conditional.wanted_version(self.request)
        locked = getattr(record, self.locked_through) if self.locked_through else record
        type(locked)._base_manager.select_for_update(no_key=True).filter(pk=locked.pk).first()
        newest = type(record)._base_manager.filter(pk=record.pk).first()
        if newest is None:
            raise Http404
        conditional.require_version(wanted, newest)
        return record if newest.version == record.version else super().get_object()

    def rows(self, records: Sequence[Any]) -> Sequence[Row]:
        """The records as they are sent."""
        return list(self.get_serializer(records, many=True).data)

    def shaped(self, rows: Sequence[Row]) -> Sequence[Row]:
        return shaping.shaped(self, rows, lambda: self.get_serializer().fields)

    def _exported(self, queryset: "QuerySet[Any]", kind: str) -> HttpResponseBase:
        known = self.get_serializer().fields
        pagination.require_readable(self.request)
        shaping.asked(self.request, "expand", ())
        wanted = shaping.asked(self.request, "fields", known)
        export.require_bounded(queryset.count())
        ready = self.csv_lines(queryset, wanted) if kind == "csv" else None
        if ready is not None:
            return export.csv_answer(self.basename, *ready)
        columns, rows = self.export_rows(queryset)
        if wanted:
            kept = [i for name in wanted for i, column in enumerate(columns) if column.partition(".")[0] == name]
            columns, rows = [columns[i] for i in kept], ([row[i] for i in kept] for row in rows)
        return export.answer(self.basename, kind, columns, rows)

    def export_rows(self, queryset: "QuerySet[Any]") -> tuple[Sequence[str], Iterable[Sequence[Any]]]:
        """The columns of a table of these records, and its lines: never more of them in memory than a chunk."""
        columns = export.columns_of(self.get_serializer())
        rows = (row for chunk in _chunks(queryset) for row in self.rows(chunk))
        return columns, export.cells_of(columns, rows)

    def csv_lines(self, queryset: "QuerySet[Any]", wanted: Sequence[str]) -> tuple[Sequence[str], Iterable[str]] | None:
        """The same for CSV alone, of the `wanted` columns or all, as lines of text, where there is a quick way."""
        return None


def _chunks(queryset: "QuerySet[Any]") -> Iterator[list[Any]]:
    records = iter(queryset.iterator(chunk_size=export.CHUNK))
    while chunk := list(islice(records, export.CHUNK)):
        yield chunk


class Resource(mixins.CreateModelMixin, mixins.UpdateModelMixin, mixins.DestroyModelMixin, Listed):
    """List, detail and the planner's writes of one record, addressed by its code."""

    lookup_field = "code"
    lookup_value_regex = CODE
    ordering_fields = ("code", "updated_at")
    search_fields = ("code", "name")

    def perform_create(self, serializer: BaseSerializer[Any]) -> None:
        self._saved(serializer)

    def perform_update(self, serializer: BaseSerializer[Any]) -> None:
        self._saved(serializer)

    def _saved(self, serializer: BaseSerializer[Any]) -> None:
        serializer.save(user=self.request.user)
        # The database stamps what it writes.
        serializer.instance.refresh_from_db(fields=["updated_at"])


class Numbered(Resource):
    """A resource addressed by its number."""

    lookup_field = "pk"
    lookup_value_regex = NUMBER
