"""Tables of looking again: what is to be looked at and when, what was seen, the canaries, and what we may say."""

from __future__ import annotations

from django.db import models

from openiru.people.models import User
from openiru.stages.evidence.models import Capture
from openiru.stages.intake.models import Account, Item, Report
from openiru.stages.notices.models import Notice
from openiru.stages.verify.rules import Look
from openiru.terms import Presence, Verified


class Lookup(models.Model):
    """An account, or one post of it, is to be looked at from one vantage; leased by a worker, tried again after a failure."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="lookups")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, null=True, related_name="lookups")
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
            models.UniqueConstraint(
                fields=["account", "item", "vantage", "deadline"], name="lookup_once", nulls_distinct=False
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="lookup_due", condition=models.Q(done_at=None)),
            models.Index(fields=["vantage", "deadline"], name="lookup_next", condition=models.Q(done_at=None)),
        ]


class Seen(models.Model):
    """What one look saw, with the very words it rests on, the digest of the page it came from, and how it was read."""

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

    class Meta:
        abstract = True

    def as_look(self, separating: bool) -> Look:
        """The look as the rule needs it."""
        return Look(self.at, self.vantage, Presence(self.presence), self.quote, self.territory, separating)


class Observation(Seen):
    """One look at an account."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="observations")
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, null=True, related_name="observations")
    capture = models.ForeignKey(Capture, on_delete=models.PROTECT, null=True, related_name="observations")
    followers = models.BigIntegerField(null=True)
    by_hand = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["account", "-at"], name="observation_newest")]


class ItemObservation(Seen):
    """One look at one post. It says nothing of the account."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="observations")

    class Meta:
        indexes = [models.Index(fields=["item", "-at"], name="item_observation_newest")]


class Canary(models.Model):
    """An address whose state we know: if it does not read as expected, what we see on this platform says nothing.

    Posts are looked up by another address than accounts, so they have canaries of their own.
    """

    platform = models.CharField(max_length=20)
    of_items = models.BooleanField(default=False, db_default=False)
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


class Concluded(models.Model):
    """What all looks together allow us to say now (law 9)."""

    verified = models.CharField(max_length=20, choices=[(verified, verified) for verified in Verified])
    since = models.DateTimeField()
    why = models.CharField(max_length=300)

    class Meta:
        abstract = True


class Conclusion(Concluded):
    """What we may say of an account, with the observation that decides."""

    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="conclusion")
    observation = models.ForeignKey(Observation, on_delete=models.PROTECT, null=True)


class ItemConclusion(Concluded):
    """What we may say of one post, with the observation that decides."""

    item = models.OneToOneField(Item, on_delete=models.PROTECT, related_name="conclusion")
    observation = models.ForeignKey(ItemObservation, on_delete=models.PROTECT, null=True)


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
            models.UniqueConstraint(
                fields=["earlier", "later"], name="reappearance_once", condition=~models.Q(link="same_id")
            ),
            models.UniqueConstraint(
                fields=["earlier", "shown"], name="reappearance_same_id_once", condition=models.Q(link="same_id")
            ),
            models.CheckConstraint(
                condition=models.Q(link="same_id") | ~models.Q(earlier=models.F("later")),
                name="reappearance_of_another",
            ),
            models.CheckConstraint(
                condition=models.Q(word="open", decided_by=None)
                | ~models.Q(word="open") & models.Q(decided_by__isnull=False),
                name="reappearance_decided_by_a_person",
            ),
        ]
