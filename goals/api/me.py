"""REST: who the caller is, and what is due."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Token
from accounts.permissions import Access
from common import clock
from common.rest.views import Portal
from goals.api.answers import MeSerializer
from goals.reporting import due_for


class Me(Portal, APIView):
    """Who the token is: roles, unit, what is due."""

    @extend_schema(responses=MeSerializer)
    def get(self, request: Request) -> Response:
        access = Access.of(request.user)
        token = request.auth if isinstance(request.auth, Token) else None
        units = [g.unit.code for g in access.grants if g.unit is not None]
        due = due_for(request.user, clock.today())  # type: ignore[arg-type]
        return Response(
            {
                "username": request.user.get_username(),
                "name": str(request.user),
                "roles": [{"role": g.role, "unit": g.unit.code if g.unit else None} for g in access.grants],
                "unit": units[0] if units else None,
                "token": token
                and {"name": token.name, "scope": token.scope, "expires_at": token.expires_at.isoformat()},
                "due": [
                    {
                        "indicator": d.indicator.code,
                        "unit": d.unit.code,
                        "period": d.period,
                        "deadline": d.deadline,
                        "overdue": d.overdue,
                    }
                    for d in due
                ],
            }
        )
