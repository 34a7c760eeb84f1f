"""Tables of looking again: what is to be looked at and when, what was seen, the canaries, and what we may say."""

from __future__ import annotations

from django.db import models

from openiru.stages.intake.models import Account
from openiru.stages.notices.models import Notice
from openiru.terms import Presence, Verified


class Lookup(models.Model):
    """An account is to be looked at from one vantage at a time; leased by a worker, tried again after a failure."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="lookups")
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, null=True, related_name="lookups")
    vantage = models.CharField(max_length=20)
    due_at = models.DateTimeField()
    attempts = models.IntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "vantage", "due_at"], name="lookup_once"),
        ]
        indexes = [models.Index(fields=["due_at"], name="lookup_due", condition=models.Q(done_at=None))]


class Observation(models.Model):
    """What one look saw, with the very words it rests on and the digest of the page it came from."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="observations")
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, null=True, related_name="observations")
    at = models.DateTimeField()
    vantage = models.CharField(max_length=20)
    presence = models.CharField(max_length=30, choices=[(presence, presence) for presence in Presence])
    territory = models.CharField(max_length=2, blank=True)
    signal = models.CharField(max_length=80)
    quote = models.CharField(max_length=300, blank=True)
    status = models.IntegerField(null=True)
    address = models.CharField(max_length=600)
    page_sha256 = models.CharField(max_length=64, blank=True)
    followers = models.BigIntegerField(null=True)
    by_hand = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["account", "-at"], name="observation_newest")]


class Canary(models.Model):
    """An address whose state we know: if it does not read as expected, what we see on this platform says nothing."""

    platform = models.CharField(max_length=20)
    url = models.CharField(max_length=500)
    expect = models.CharField(max_length=30, choices=[(presence, presence) for presence in Presence])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["platform", "url"], name="canary_once")]


class CanaryLook(models.Model):
    """What a canary showed at one time and vantage."""

    canary = models.ForeignKey(Canary, on_delete=models.CASCADE, related_name="looks")
    at = models.DateTimeField()
    vantage = models.CharField(max_length=20)
    presence = models.CharField(max_length=30, choices=[(presence, presence) for presence in Presence])

    class Meta:
        indexes = [models.Index(fields=["canary", "-at"], name="canary_newest")]


class Conclusion(models.Model):
    """What all looks together allow us to say of an account now (law 9), with the observation that decides."""

    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="conclusion")
    verified = models.CharField(max_length=20, choices=[(verified, verified) for verified in Verified])
    since = models.DateTimeField()
    observation = models.ForeignKey(Observation, on_delete=models.PROTECT, null=True)
    why = models.CharField(max_length=300)
