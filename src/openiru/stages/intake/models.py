"""Tables of what somebody tells us: accounts and items by stable key, the reports about them, and the files they came in."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from openiru.ledger.ids import new_uuid
from openiru.people.models import Agency, User
from openiru.stages.intake.watching.models import Watch as Watch


class Batch(models.Model):
    """One file or paste that was taken in; the same bytes from the same agency are known again by their hash."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.IntegerField()
    accounts = models.IntegerField()
    rejected = models.IntegerField()
    rejections = models.JSONField(default=list)
    rows_root = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "sha256"], name="batch_once_an_agency")]


class Account(models.Model):
    """An account, channel or group, known by its canonical key; a handle is an alias with its time.

    A phone number is never stored here: `phone_hash` finds it again, `phone_sealed` is encrypted and opened to compose.
    """

    uuid = models.UUIDField(default=new_uuid, unique=True)
    platform = models.CharField(max_length=20)
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=300, unique=True)
    url = models.CharField(max_length=500)
    handle = models.CharField(max_length=200, blank=True)
    stable_id = models.CharField(max_length=120, blank=True)
    name = models.CharField(max_length=300, blank=True)
    phone_hash = models.CharField(max_length=64, blank=True, db_index=True)
    phone_sealed = models.BinaryField(null=True)
    followers = models.BigIntegerField(null=True)
    followers_at = models.DateTimeField(null=True)
    first_seen = models.DateTimeField()
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True)
    retain_until = models.DateField()

    class Meta:
        indexes = [
            models.Index(fields=["platform", "stable_id"], name="account_stable", condition=~models.Q(stable_id="")),
            models.Index(fields=["platform", "handle"], name="account_handle"),
        ]

    def __str__(self) -> str:
        return self.handle or self.stable_id or self.key


class Alias(models.Model):
    """A handle that an account had, from when to when we saw it."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="aliases")
    handle = models.CharField(max_length=200)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "handle"], name="alias_once")]


class Item(models.Model):
    """One post, video or message of an account."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="items")
    key = models.CharField(max_length=400, unique=True)
    url = models.CharField(max_length=600)
    kind = models.CharField(max_length=20)
    posted_at = models.DateTimeField(null=True)
    language = models.CharField(max_length=10, blank=True)
    text = models.TextField(blank=True)
    first_seen = models.DateTimeField()
    last_seen_live = models.DateTimeField(null=True)


class Report(models.Model):
    """What one reporter says of one account. Never evidence, and never counted as evidence by its number."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="reports")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True)
    line = models.IntegerField(null=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    address = models.CharField(max_length=600)
    claimed_organisation = models.CharField(max_length=300, blank=True)
    claimed_lists = ArrayField(models.CharField(max_length=100), default=list)
    followers = models.BigIntegerField(null=True)
    note = models.TextField(blank=True)
    warnings = ArrayField(models.CharField(max_length=60), default=list)
    reappearance_of = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="reappearances")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    retain_until = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "account", "address", "note"], name="report_same_words_once"),
        ]
        indexes = [models.Index(fields=["account", "at"], name="report_account")]
