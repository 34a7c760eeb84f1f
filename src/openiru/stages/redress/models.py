"""Tables of redress: the holder's appeal against one notice, and what another person decided."""

from __future__ import annotations

from django.db import models

from openiru.ledger.ids import new_uuid
from openiru.people.models import User
from openiru.stages.notices.models import Notice


class Appeal(models.Model):
    """A complaint by the code in the holder's text. Whoever had a part in the case does not decide it (a trigger refuses it)."""

    class State(models.TextChoices):
        """`open` waits for a person who had no part in the decision."""

        OPEN = "open"
        UPHELD = "upheld"
        REJECTED = "rejected"

    uuid = models.UUIDField(default=new_uuid, unique=True)
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="appeals")
    text = models.TextField()
    contact = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    filed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reasons = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["notice"], condition=models.Q(state="open"), name="appeal_one_open_a_notice"
            ),
        ]
