"""Tables of deconfliction: an agency's interest in an account, and what is said about it through the hub."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from openiru.people.models import Agency, User


class Interest(models.Model):
    """An agency asks others to leave an account alone for a while. `why` is its own: no other agency ever reads it."""

    account_key = models.CharField(max_length=300)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    placed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    why = models.TextField()
    until = models.DateTimeField()
    renewals = models.IntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account_key", "agency"], condition=Q(ended_at=None), name="interest_once_an_agency"
            ),
            models.CheckConstraint(condition=Q(until__gt=F("placed_at")), name="interest_ends"),
        ]


class HubWord(models.Model):
    """One sentence through the hub. Each side reads it as the other agency's, by no name."""

    interest = models.ForeignKey(Interest, on_delete=models.PROTECT, related_name="words")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()
