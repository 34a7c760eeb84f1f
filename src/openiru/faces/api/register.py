"""The register by machine: is this name a designated organisation's, on which list, how sure, why."""

from __future__ import annotations

from typing import Annotated, cast

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from openiru.faces.api.door import Knock
from openiru.faces.api.reports import REFUSED
from openiru.stages.register import queries

router = Router(tags=["register"])
Name = Annotated[str, Field(min_length=1, max_length=300)]


@router.get("/register/screen", response={200: dict[str, object], **REFUSED}, summary="Screen a name")
def screen(request: HttpRequest, name: Query[Name]) -> dict[str, object]:
    """What `openiru register screen NAME` says: `matches` and `near` apart, each with its list and the reason."""
    knock = cast(Knock, request.auth)  # type: ignore[attr-defined]
    knock.person.must("register.screen")
    return queries.screen(name)
