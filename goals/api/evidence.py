"""REST: evidence of readings, attached, listed, handed out and removed."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import SEES, SeesBusiness
from common import downloads, uploads
from common.rest.views import NUMBER, Listed
from goals import evidence, evidence_files
from goals.models import Evidence, Reading

LARGEST_ID = 9_223_372_036_854_775_807


class EvidenceSerializer(serializers.ModelSerializer[Evidence]):
    """A file attached to a reading."""

    reading = serializers.IntegerField(source="object_id")
    uploaded_by = serializers.CharField(source="uploaded_by.username", default=None, allow_null=True)
    url = serializers.SerializerMethodField()

    class Meta:
        model = Evidence
        fields = [
            *("id", "reading", "name", "kind", "size", "sha256", "uploaded_by", "uploaded_at", "url"),
            *("version", "updated_at"),
        ]

    @extend_schema_field(OpenApiTypes.URI_REF)
    def get_url(self, each: Evidence) -> str:
        return address_of(each)


class AttachedSerializer(serializers.Serializer[Any]):
    """A file, as the record that it is attached to lists it."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=list(evidence_files.CONTENT_TYPES))
    size = serializers.IntegerField()
    uploaded_at = serializers.DateTimeField()
    url = serializers.SerializerMethodField()

    @extend_schema_field(OpenApiTypes.URI_REF)
    def get_url(self, each: Evidence) -> str:
        return address_of(each)


def address_of(each: Evidence) -> str:
    """Where its content is."""
    return reverse("api:evidence-download", args=[each.pk])


@extend_schema_field(OpenApiTypes.BINARY)
class _Binary(serializers.FileField):
    """Bytes on their way in; the schema would take a file for an address."""


class UploadSerializer(serializers.Serializer[Any]):
    """A file, and the reading that it proves."""

    reading = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    # Its name, size and content are the service's affair.
    file = _Binary(allow_empty_file=True)


class EvidenceFilters(django_filters.FilterSet):
    reading = django_filters.NumberFilter(field_name="object_id", min_value=1, max_value=LARGEST_ID, decimal_places=0)


class WhateverIsAccepted(BaseContentNegotiation):
    """A file has the type that it has; errors are JSON."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return next(iter(parsers), None)

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class EvidenceViewSet(Listed):
    """Evidence: files that prove what a reading says."""

    permission_classes = [*Listed.permission_classes, SeesBusiness]
    parser_classes = [MultiPartParser]
    serializer_class = EvidenceSerializer
    filterset_class = EvidenceFilters
    queryset = Evidence.objects.none()
    lookup_value_regex = NUMBER
    ordering_fields = ("uploaded_at", "updated_at", "id", "name", "size")
    search_fields = ("name",)
    unconditional = ("download",)
    depends_on = (*SEES, Reading, Evidence)

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Before anything reads the body."""
        if request.method == "POST":
            uploads.bound(request, largest_file=evidence_files.LARGEST, largest_body=evidence.LARGEST_BODY)
        return super().initialize_request(request, *args, **kwargs)

    def get_queryset(self) -> "QuerySet[Evidence]":
        found = evidence.visible_to(self.request.user, Reading)  # type: ignore[arg-type]
        return found.select_related("content_type", "uploaded_by").order_by("uploaded_at", "pk")

    @property
    def origin(self) -> str:
        return str(self.request.META.get("REMOTE_ADDR", ""))[:64]

    @extend_schema(request={"multipart/form-data": UploadSerializer}, responses={201: EvidenceSerializer})
    def create(self, request: Request) -> Response:
        """Attach a file (pdf, docx, xlsx, jpg or png; at most 10 MB, 20 a reading) to a draft."""
        # Where there is no body at all, the parsers leave a plain dictionary.
        for name, several in request.data.lists() if isinstance(request.data, QueryDict) else ():
            if name in ("reading", "file") and len(several) > 1:
                raise ValidationError({name: [ErrorDetail(str(_("一次只能给一个。")), code="invalid")]})
        given = UploadSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        reading = self._reading(given.validated_data["reading"])
        upload = given.validated_data["file"]
        made = evidence.attach(request.user, reading, upload, origin=self.origin)  # type: ignore[arg-type]
        # The database stamps what it writes.
        made.refresh_from_db(fields=["updated_at"])
        return Response(EvidenceSerializer(made).data, status=201)

    def _reading(self, pk: int) -> Reading:
        readings = Reading.objects.visible_to(self.request.user).select_related("indicator", "unit")  # type: ignore[arg-type]
        found = readings.filter(pk=pk).first()
        if found is None:
            message = _("没有 %(code)s。") % {"code": pk}
            raise ValidationError({"reading": [ErrorDetail(str(message), code="does_not_exist")]})
        return found

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Take a file away from a draft."""
        evidence.remove(request.user, self.get_object(), origin=self.origin)  # type: ignore[arg-type]
        return Response(status=204)

    @extend_schema(
        responses={(200, content_type): OpenApiTypes.BINARY for content_type in evidence_files.CONTENT_TYPES.values()}
    )
    @action(detail=True, content_negotiation_class=WhateverIsAccepted)
    def download(self, request: Request, pk: str) -> FileResponse:
        """The file itself, as an attachment."""
        found = self.get_object()
        return downloads.attachment(evidence.opened(found), found.name, evidence.content_type_of(found))
