"""How the answers that no record stands behind look: for the schema, from which clients are generated."""

from typing import Any

from rest_framework import serializers

from accounts.models import Role, Token
from goals.api.progress import ProgressSerializer
from goals.models.progress import Status

Plain = serializers.Serializer[Any]


class CountsSerializer(Plain):
    """Targets by status."""

    achieved = serializers.IntegerField()
    on_track = serializers.IntegerField()
    at_risk = serializers.IntegerField()
    behind = serializers.IntegerField()
    missed = serializers.IntegerField()
    no_data = serializers.IntegerField()


assert set(CountsSerializer().fields) == set(Status.values)


class SectionSummarySerializer(Plain):
    """A section rolled up, its lagging targets worst first."""

    code = serializers.CharField()
    name = serializers.CharField()
    counts = CountsSerializer()
    completion = serializers.FloatField(allow_null=True)
    expected_completion = serializers.FloatField(allow_null=True)
    worst = serializers.ListField(child=serializers.CharField())


class OfficeSummarySerializer(Plain):
    """How many of the targets that an office leads are on pace."""

    code = serializers.CharField()
    name = serializers.CharField()
    targets = serializers.IntegerField()
    on_pace = serializers.IntegerField()


class ProjectsSummarySerializer(Plain):
    """The plan's works rolled up from their milestones; routine commitments are not counted."""

    counts = CountsSerializer()
    projects = serializers.IntegerField()
    with_data = serializers.IntegerField()
    completion = serializers.FloatField(allow_null=True)
    expected_completion = serializers.FloatField(allow_null=True)
    worst = serializers.ListField(child=serializers.CharField())


class SummarySerializer(Plain):
    """A whole plan on a day."""

    plan = serializers.CharField()
    as_of = serializers.DateField()
    counts = CountsSerializer()
    targets = serializers.IntegerField()
    with_data = serializers.IntegerField()
    completion = serializers.FloatField(allow_null=True)
    expected_completion = serializers.FloatField(allow_null=True)
    stale = serializers.IntegerField()
    due_now = serializers.IntegerField()
    sections = SectionSummarySerializer(many=True)
    projects = ProjectsSummarySerializer()
    offices = OfficeSummarySerializer(many=True)


class SeriesSerializer(Plain):
    """A target's year, one row a month."""

    count = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = ProgressSerializer(many=True)


class ExplanationSerializer(Plain):
    """The numbers behind a target's progress, by name, and the arithmetic as a sentence."""

    as_of = serializers.DateField()
    terms = serializers.DictField()
    sentence = serializers.CharField()


class ReviewedSerializer(Plain):
    id = serializers.IntegerField()
    result = serializers.ChoiceField(choices=["approved", "conflict"])


class ReviewedManySerializer(Plain):
    """What became of each of the ids, in their order."""

    results = ReviewedSerializer(many=True)


class RoleHeldSerializer(Plain):
    role = serializers.ChoiceField(choices=Role.choices)
    unit = serializers.CharField(allow_null=True)


class TokenUsedSerializer(Plain):
    name = serializers.CharField()
    scope = serializers.ChoiceField(choices=Token.Scope.choices)
    expires_at = serializers.DateTimeField()


class DueSerializer(Plain):
    indicator = serializers.CharField()
    unit = serializers.CharField()
    period = serializers.DateField()
    deadline = serializers.DateField()
    overdue = serializers.BooleanField()


class MeSerializer(Plain):
    """Who asks, and what is due from them."""

    username = serializers.CharField()
    name = serializers.CharField()
    roles = RoleHeldSerializer(many=True)
    unit = serializers.CharField(allow_null=True)
    token = TokenUsedSerializer(allow_null=True)
    due = DueSerializer(many=True)
