"""Tables of the quality of decisions: the share that is read a second time, golden cases, and blind second reviews."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from openiru.people.models import Agency, User


class Answer(models.TextChoices):
    """What a reader says of a case, without having seen what others said."""

    REFER = "refer"
    NOT_REFER = "not_refer"
    PROTECTED = "protected"


class SampleShare(models.Model):
    """Which share of the decisions is read again blindly, in percent; the newest row of an agency stands."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    percent = models.IntegerField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(percent__gte=0, percent__lte=100), name="share_in_percent")]


class GoldenCase(models.Model):
    """A case whose right answer two people agreed on; colleagues are given it to read like any other."""

    case = models.OneToOneField("cases.Case", on_delete=models.PROTECT, related_name="golden")
    answer = models.CharField(max_length=10, choices=Answer.choices)
    reasons = models.TextField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")), name="golden_takes_two_people"
            ),
        ]


class BlindReview(models.Model):
    """One reading of a case by somebody who had no part and is not shown what was decided.

    `first` and `first_by` are the decision that it is held against: an officer's, or the golden answer (nobody's). Platform,
    language and organisation are the case's when it was asked for, so that the figures do not move afterwards.
    """

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="blind_reviews")
    golden = models.ForeignKey(GoldenCase, on_delete=models.PROTECT, null=True, related_name="readings")
    first = models.CharField(max_length=10, choices=Answer.choices)
    first_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    platform = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=10, blank=True)
    organisation = models.CharField(max_length=200, blank=True)
    reader = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    reasons = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reader=None) | Q(first_by=None) | ~Q(reader=F("first_by")), name="blind_is_another_persons"
            ),
            models.UniqueConstraint(
                fields=["golden", "reader"], condition=Q(golden__isnull=False), name="golden_read_once_a_person"
            ),
        ]
        indexes = [models.Index(fields=["asked_at"], name="blind_waiting", condition=Q(answered_at=None))]
