"""Tables of captured bytes: what was captured, the files in it with their digests, and who touched them."""

from __future__ import annotations

from django.db import models

from openiru.ledger.ids import new_uuid
from openiru.people.models import User
from openiru.stages.intake.models import Account, Item


class Warning(models.TextChoices):
    """What a person is warned of before it is shown; empty means nothing is known to need one."""

    VIOLENCE = "violence"
    KILLING = "killing"
    BODIES = "bodies"
    CHILDREN = "children_harmed"
    SEXUAL = "sexual_violence"
    HATE = "hate"


class Capture(models.Model):
    """One act of capturing. `digest` is the SHA-256 of the manifest of its files; sealed before any notice goes out.

    `facts` is what the system knows of how it was collected, `told` what a person added (Berkeley Protocol, docs/how-to).
    `stamp` is an RFC 3161 reply over the manifest. After `deleted_at` the bytes are to go; at `erased_at` they were gone.
    """

    class Way(models.TextChoices):
        """How the bytes came: a person's own file, our fetcher, or our browser."""

        UPLOAD = "upload"
        HTTP = "http"
        BROWSER = "browser"

    uuid = models.UUIDField(default=new_uuid, unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="captures")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, null=True, related_name="captures")
    way = models.CharField(max_length=10, choices=Way.choices)
    address = models.CharField(max_length=600)
    final_address = models.CharField(max_length=600, blank=True)
    status = models.IntegerField(null=True)
    vantage = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    digest = models.CharField(max_length=64)
    text = models.TextField(blank=True)
    note = models.TextField(blank=True)
    graphic = models.BooleanField(default=False)
    warning = models.CharField(max_length=20, blank=True, choices=Warning.choices)
    facts = models.JSONField(default=dict)
    told = models.JSONField(default=dict)
    stamp = models.BinaryField(null=True)
    stamped_at = models.DateTimeField(null=True)
    retain_until = models.DateField()
    deleted_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="capture_unstamped", condition=models.Q(stamp=None, deleted_at=None)),
            models.Index(
                fields=["deleted_at"],
                name="capture_to_erase",
                condition=models.Q(deleted_at__isnull=False, erased_at=None),
            ),
        ]


class File(models.Model):
    """One file of a capture, stored under its own hash and only once."""

    capture = models.ForeignKey(Capture, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["capture", "name"], name="file_name_once")]


class Custody(models.Model):
    """Somebody touched a capture: who, what, when, why. Rows are only ever added (a trigger refuses the rest)."""

    class Act(models.TextChoices):
        """What was done with the bytes."""

        CAPTURED = "captured"
        SEEN = "seen"
        COPIED = "copied"
        EXPORTED = "exported"
        DELETED = "deleted"
        ERASED = "erased"

    capture = models.ForeignKey(Capture, on_delete=models.PROTECT, related_name="custody")
    act = models.CharField(max_length=10, choices=Act.choices)
    actor = models.CharField(max_length=40)
    at = models.DateTimeField()
    why = models.CharField(max_length=300)
    exposing = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["actor", "at"], name="custody_exposure", condition=models.Q(exposing=True))]


class Host(models.Model):
    """How a host is asked from one vantage: its next turn, and until when it asked us to stay away."""

    name = models.CharField(max_length=200)
    vantage = models.CharField(max_length=20)
    due_at = models.DateTimeField(null=True)
    closed_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "vantage"], name="host_once")]
