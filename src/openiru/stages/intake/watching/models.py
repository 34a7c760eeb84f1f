"""Tables of the watch lists: what may be asked (two people each), what was found, and when a host may be asked again."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from openiru.people.models import Agency, User
from openiru.stages.register.models import Organisation


class Permit(models.Model):
    """An agency's leave to use one connector: on what legal basis, until when, how often an hour. Without one it is off."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    connector = models.CharField(max_length=30)
    legal_basis = models.TextField()
    terms = models.TextField(blank=True)
    per_hour = models.IntegerField()
    ends_on = models.DateField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    approved_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "intake"
        constraints = [
            models.CheckConstraint(
                name="permit_two_people", condition=Q(approved_by=None) | ~Q(approved_by=F("proposed_by"))
            ),
            models.CheckConstraint(
                name="permit_approved_whole",
                condition=Q(approved_by=None, approved_at=None)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
            ),
            models.CheckConstraint(name="permit_says_why", condition=~Q(legal_basis="")),
            models.CheckConstraint(name="permit_rate", condition=Q(per_hour__gte=1, per_hour__lte=600)),
            models.CheckConstraint(name="permit_knows_terms", condition=~Q(connector="telegram") | ~Q(terms="")),
        ]


class Watch(models.Model):
    """One named account or one search term. `state` is where the connector goes on; no content is kept."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    connector = models.CharField(max_length=30)
    kind = models.CharField(max_length=10)
    subject = models.CharField(max_length=300)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    reasons = models.TextField()
    ends_on = models.DateField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    approved_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    ended_at = models.DateTimeField(null=True)
    state = models.JSONField(default=dict)
    next_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    looked_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "intake"
        constraints = [
            models.CheckConstraint(
                name="watch_two_people", condition=Q(approved_by=None) | ~Q(approved_by=F("proposed_by"))
            ),
            models.CheckConstraint(
                name="watch_approved_whole",
                condition=Q(approved_by=None, approved_at=None)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
            ),
            models.CheckConstraint(name="watch_says_why", condition=~Q(reasons="") & ~Q(subject="")),
            models.CheckConstraint(name="watch_kinds", condition=Q(kind__in=["account", "term"])),
            models.UniqueConstraint(
                fields=["agency", "connector", "kind", "subject"],
                condition=Q(ended_at=None),
                name="watch_once_an_agency",
            ),
        ]
        indexes = [models.Index(fields=["next_at"], name="watch_due", condition=Q(ended_at=None))]

    @property
    def number(self) -> str:
        """How people call the watch."""
        return f"W-{self.id:06d}"


class Finding(models.Model):
    """One post that a watch led to, and the report it became. The database takes it only while the watch stands."""

    watch = models.ForeignKey(Watch, on_delete=models.PROTECT, related_name="findings")
    url = models.CharField(max_length=600)
    report = models.ForeignKey("intake.Report", on_delete=models.CASCADE, null=True)
    refused = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()

    class Meta:
        app_label = "intake"
        constraints = [models.UniqueConstraint(fields=["watch", "url"], name="finding_once")]


class HostTurn(models.Model):
    """When a host may be asked next, by everybody's watches together."""

    host = models.CharField(max_length=253, primary_key=True)
    not_before = models.DateTimeField()
    why = models.CharField(max_length=60, blank=True)

    class Meta:
        app_label = "intake"
