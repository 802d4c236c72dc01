"""`Idempotency-Key`: the same request again is answered as the first time and carried out once."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIClient, force_authenticate
from rest_framework.views import APIView

from accounts import idempotency
from accounts.models import IdempotencyKey, User
from common.rest.views import Portal
from goals.models import Reading
from goals.tests.evidence.files import PDF
from goals.tests.factories import client_of, make_user
from goals.tests.pages.factories import Cast, make_cast

pytestmark = pytest.mark.django_db
READINGS = "/api/v1/readings/"


@pytest.fixture
def cast() -> Cast:
    return make_cast(frequency="monthly")


def post(client: APIClient, key: str | None, path: str = READINGS, **fields: Any) -> Any:
    row = {"indicator": "firms", "unit": "office", "period": "2022-09-30", "value": 5} | fields
    headers: dict[str, Any] = {} if key is None else {"HTTP_IDEMPOTENCY_KEY": key}
    return client.post(path, row, format="json", **headers)


def test_the_same_again_is_answered_as_the_first_time(cast: Cast) -> None:
    client = client_of(cast.official)

    first, again, without = post(client, "k1"), post(client, "k1"), post(client, None)

    assert (first.status_code, again.status_code, without.status_code) == (201, 201, 200)
    assert first.json() == again.json() and again["Idempotent-Replayed"] == "true"
    assert without.json()["unchanged"] == 1


def test_blanks_and_the_order_of_keys_make_no_other_body(cast: Cast) -> None:
    client = client_of(cast.official)
    texts = (
        '{"indicator":"firms","unit":"office","period":"2022-09-30","value":5}',
        '{ "unit": "office", "value": 5, "period": "2022-09-30", "indicator": "firms" }',
    )

    found = [
        client.post(READINGS, text, content_type="application/json", HTTP_IDEMPOTENCY_KEY="k1").status_code
        for text in texts
    ]

    assert found == [201, 201]


@pytest.mark.parametrize("value", [str(2**70), '"\\ud800"', '{"\\ud800": 1}'])
def test_what_no_answer_could_hold_is_refused_by_its_field(cast: Cast, value: str) -> None:
    text = f'{{"indicator":"firms","unit":"office","period":"2022-09-30","value":{value}}}'

    answer = client_of(cast.official).post(READINGS, text, content_type="application/json", HTTP_IDEMPOTENCY_KEY="k1")

    assert answer.status_code == 400
    assert [error["attr"] for error in answer.json()["errors"]] == ["value"]


def test_another_body_address_or_query_is_422(cast: Cast) -> None:
    client = client_of(cast.official)
    pk = post(client, "k1").json()["ids"][0]

    answers = [
        post(client, "k1", value=6),
        post(client, "k1", value=5.5),
        post(client, "k1", path=f"{READINGS}{pk}/submit/"),
        post(client, "k1", path=f"{READINGS}?x=1"),
    ]

    assert [a.status_code for a in answers] == [422] * 4
    assert answers[0].json()["errors"][0]["code"] == "idempotency_key_reused"
    assert Reading.objects.get().value == 5


def test_a_key_is_its_users_own(cast: Cast) -> None:
    other = make_user("other", "reporter", unit=cast.office)
    post(client_of(cast.official), "k1")

    answer = post(client_of(other), "k1", value=6)

    assert (answer.status_code, answer.json()["updated"]) == (200, 1)


@pytest.mark.parametrize("key", ["", " ", "a b", "a\tb", "a\x00", "é", "k" * 256, "k" * 10_240])
def test_rb_23_a_key_that_is_none_is_refused_by_name(cast: Cast, key: str) -> None:
    answer = post(client_of(cast.official), key)

    assert answer.status_code == 400
    assert [e["attr"] for e in answer.json()["errors"]] == ["Idempotency-Key"]
    assert not Reading.objects.exists() and not IdempotencyKey.objects.exists()


def test_what_was_refused_leaves_no_key_and_may_be_sent_again(cast: Cast) -> None:
    client = client_of(cast.official)

    assert post(client, "k1", period="2022-09-29").status_code == 400
    assert not IdempotencyKey.objects.exists()
    assert post(client, "k1").status_code == 201


def test_who_may_not_finds_no_answer_of_the_time_when_they_might(cast: Cast) -> None:
    client = client_of(cast.official)
    post(client, "k1")
    cast.official.grants.all().delete()

    assert post(client, "k1").status_code == 403


def test_a_key_is_kept_for_a_day(cast: Cast) -> None:
    client = client_of(cast.official)
    post(client, "k1")
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=23, minutes=59))
    assert post(client, "k1").status_code == 201

    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=24, minutes=1))
    anew = post(client, "k1", value=6)

    assert (anew.status_code, anew.json()["updated"]) == (200, 1)
    assert post(client, "k1", value=6).json() == anew.json()


def test_what_nobody_can_ask_for_is_cleared(cast: Cast) -> None:
    client = client_of(cast.official)
    post(client, "old"), post(client, "new")
    IdempotencyKey.objects.filter(key="old").update(created_at=timezone.now() - timedelta(hours=25))

    assert idempotency.forget_old() == 1
    assert IdempotencyKey.objects.get().key == "new"


def test_only_a_post_has_a_key(cast: Cast) -> None:
    client = client_of(cast.official)
    pk = post(client, None).json()["ids"][0]

    for value in (6, 7):
        answer = client.patch(f"{READINGS}{pk}/", {"value": value}, format="json", HTTP_IDEMPOTENCY_KEY="k1")
        assert answer.json()["value"] == value
    assert client.get(READINGS, HTTP_IDEMPOTENCY_KEY="").status_code == 200


class Secret(Portal, APIView):  # type: ignore[misc]
    """Something that is shown once."""

    permission_classes = []
    shows_secret_once = ("make",)
    action = "make"
    made = 0

    def post(self, request: Request) -> Response:
        Secret.made += 1
        return Response({"secret": "s3cret"}, status=201)


def test_an_answer_that_shows_a_secret_is_never_kept() -> None:
    user = User.objects.create(username="someone")

    def ask() -> Any:
        request = RequestFactory().post("/secret/", "{}", content_type="application/json", HTTP_IDEMPOTENCY_KEY="k1")
        force_authenticate(request, user)
        answer = Secret.as_view()(request)
        return answer.render() if hasattr(answer, "render") else answer

    first, again = ask(), ask()

    assert (first.status_code, again.status_code, Secret.made) == (201, 409, 1)
    assert b"s3cret" in first.content and b"s3cret" not in again.content
    assert IdempotencyKey.objects.get().answer is None


def test_an_upload_is_known_by_its_content(cast: Cast) -> None:
    client = client_of(cast.official)
    pk = post(client, None).json()["ids"][0]

    def upload(content: bytes) -> Any:
        data = {"reading": pk, "file": SimpleUploadedFile("a.pdf", content, "application/pdf")}
        return client.post("/api/v1/evidence/", data, format="multipart", HTTP_IDEMPOTENCY_KEY="u1")

    first, again, other = upload(PDF), upload(PDF), upload(PDF + b"\n")

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert first.json() == again.json()
