"""Tables of the other side: what platforms' people ask and dispute, where they want to be told, and the people of direct lines."""

from __future__ import annotations

from django.db import models

from openiru.ledger.ids import new_uuid
from openiru.people.models import Agency, User


class Remark(models.Model):
    """One thing said about a notice at the counter. Rows are only added; a reply names what it replies to."""

    class Kind(models.TextChoices):
        """`question` and `dispute` are a platform's; `reply` is the unit's, written as if it will be published."""

        QUESTION = "question"
        DISPUTE = "dispute"
        REPLY = "reply"

    notice = models.ForeignKey("notices.Notice", on_delete=models.PROTECT, related_name="remarks")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    item = models.CharField(max_length=600, blank=True)
    label = models.CharField(max_length=40, blank=True)
    text = models.TextField()
    to = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replies")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="reply", to__isnull=False) | (~models.Q(kind="reply") & models.Q(to=None)),
                name="remark_a_reply_has_its_question",
            ),
        ]


class Hook(models.Model):
    """An address at which a platform is told that something of theirs changed here; only the secret's sealed form is kept."""

    uuid = models.UUIDField(default=new_uuid, unique=True)
    platform = models.CharField(max_length=20)
    url = models.CharField(max_length=300)
    secret_sealed = models.BinaryField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class Call(models.Model):
    """One thing a hook is told, once under its id; it names a notice and says nothing else of it."""

    class State(models.TextChoices):
        """`failed`: tried as often as it is; red until somebody deals with it."""

        QUEUED = "queued"
        TOLD = "told"
        FAILED = "failed"

    hook = models.ForeignKey(Hook, on_delete=models.PROTECT, related_name="calls")
    notice = models.ForeignKey("notices.Notice", on_delete=models.PROTECT, related_name="+")
    event = models.CharField(max_length=40)
    message_id = models.CharField(max_length=60, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.IntegerField(default=0)
    next_try = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hook", "notice", "event"], name="call_once")]
        indexes = [models.Index(fields=["next_try"], name="call_due", condition=models.Q(state="queued"))]


class DirectLine(models.Model):
    """A person at a platform whom the unit may reach: as little of them as that needs, deleted on its date."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    platform = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    post = models.CharField(max_length=120, blank=True)
    reach = models.CharField(max_length=200)
    hours = models.CharField(max_length=120)
    noted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()
    retain_until = models.DateField()
    forgotten_at = models.DateTimeField(null=True)


class LineNote(models.Model):
    """What was agreed on a direct line, and on which notice, if on one; rows are only added."""

    line = models.ForeignKey(DirectLine, on_delete=models.PROTECT, related_name="notes")
    notice = models.ForeignKey("notices.Notice", on_delete=models.PROTECT, null=True, related_name="line_notes")
    text = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
