"""Tables of looking again: what is to be looked at and when, what was seen, the canaries, and what we may say."""

from __future__ import annotations

from django.db import models

from openiru.people.models import User
from openiru.stages.evidence.models import Capture
from openiru.stages.intake.models import Account, Report
from openiru.stages.notices.models import Notice
from openiru.terms import Presence, Verified


class Lookup(models.Model):
    """An account is to be looked at from one vantage at a time; leased by a worker, tried again after a failure."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="lookups")
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, null=True, related_name="lookups")
    vantage = models.CharField(max_length=20)
    due_at = models.DateTimeField()
    deadline = models.DateTimeField()
    hint = models.CharField(max_length=20, blank=True)
    attempts = models.IntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "vantage", "deadline"], name="lookup_once"),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="lookup_due", condition=models.Q(done_at=None)),
            models.Index(fields=["vantage", "deadline"], name="lookup_next", condition=models.Q(done_at=None)),
        ]


class Observation(models.Model):
    """What one look saw, with the very words it rests on, the digest of the page it came from, and how it was read.

    `separating`: the canaries of this look's run read as expected. Without that a look says nothing but its own quoted words.
    """

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
    final_address = models.CharField(max_length=600, blank=True)
    page_sha256 = models.CharField(max_length=64, blank=True)
    signal_set = models.CharField(max_length=40, blank=True)
    read_as = models.CharField(max_length=30, blank=True)
    capture = models.ForeignKey(Capture, on_delete=models.PROTECT, null=True, related_name="observations")
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
    by_hand = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["canary", "-at"], name="canary_newest")]


class Conclusion(models.Model):
    """What all looks together allow us to say of an account now (law 9), with the observation that decides."""

    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="conclusion")
    verified = models.CharField(max_length=20, choices=[(verified, verified) for verified in Verified])
    since = models.DateTimeField()
    observation = models.ForeignKey(Observation, on_delete=models.PROTECT, null=True)
    why = models.CharField(max_length=300)


class Reappearance(models.Model):
    """A possible return: an earlier account, a later one that was reported for it, and by which link. A person decides."""

    class Link(models.TextChoices):
        """What ties the two: near-proof first (platforms.md §15)."""

        SAME_ID = "same_id"
        ANNOUNCED = "announced"
        LINKED = "linked"
        FORWARDS = "forwards"
        DETECTED = "detected"
        SEEN = "seen_by_a_person"

    class Word(models.TextChoices):
        """What a person said of it."""

        OPEN = "open"
        SAME = "same_holder"
        OTHER = "another_holder"

    earlier = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="successors")
    later = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="predecessors")
    report = models.ForeignKey(Report, on_delete=models.SET_NULL, null=True, related_name="returns")
    link = models.CharField(max_length=20, choices=Link.choices)
    shown = models.CharField(max_length=300)
    at = models.DateTimeField()
    word = models.CharField(max_length=20, choices=Word.choices, default=Word.OPEN)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    decided_at = models.DateTimeField(null=True)
    reasons = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["earlier", "later"], name="reappearance_once"),
            models.CheckConstraint(
                condition=models.Q(word="open", decided_by=None)
                | ~models.Q(word="open") & models.Q(decided_by__isnull=False),
                name="reappearance_decided_by_a_person",
            ),
        ]
