"""Tables of triage: saved queries, who looks at a case, weights with their replays, officers' rules, quarantines."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from openiru.people.models import Agency, User


class SavedQuery(models.Model):
    """A queue by name: what is asked (`rules.Wanted` as JSON), by whom; a shared one is shown to the whole agency."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    wanted = models.JSONField()
    shared = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="saved_query_once")]


class Viewing(models.Model):
    """Who has a case open now; nothing but a courtesy to colleagues, and gone after minutes."""

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="viewings")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="viewing_once")]


class Weights(models.Model):
    """One version of the score's weights: a shadow from when it is proposed, in force once another person confirmed its replay."""

    points = models.JSONField()
    why = models.TextField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(confirmed_at__isnull=False) & ~Q(confirmed_by=F("proposed_by")),
                name="weights_take_two_people",
            ),
        ]


class Replay(models.Model):
    """What proposed weights would have done: computed on past decisions and on the open queue, and kept as it was shown."""

    weights = models.ForeignKey(Weights, on_delete=models.PROTECT, related_name="replays")
    against = models.ForeignKey(Weights, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    result = models.JSONField()


class TriageRule(models.Model):
    """A rule that an officer wrote, in CEL. It flags and adds points; it never decides. A new text is a new rule."""

    class State(models.TextChoices):
        """`shadow` is counted and shown to who keeps rules only; `quarantined` matched far more than before and waits for a person."""

        SHADOW = "shadow"
        LIVE = "live"
        OFF = "off"
        EXPIRED = "expired"
        QUARANTINED = "quarantined"

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    name = models.CharField(max_length=80)
    text = models.TextField()
    says = models.CharField(max_length=200)
    points = models.IntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.SHADOW)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    switched_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    switched_at = models.DateTimeField(null=True)
    expires_on = models.DateField()
    backtest = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="live") | Q(switched_by__isnull=False) & ~Q(switched_by=F("written_by")),
                name="rule_live_by_another",
            ),
            models.CheckConstraint(condition=Q(points__gte=-40, points__lte=40), name="rule_points_within_forty"),
        ]


class RuleHit(models.Model):
    """A rule matched a case; `live` says whether it counted."""

    rule = models.ForeignKey(TriageRule, on_delete=models.CASCADE, related_name="hits")
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="rule_hits")
    at = models.DateTimeField()
    live = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "case"], name="rule_hit_once")]
        indexes = [models.Index(fields=["rule", "at"], name="rule_hits_over_time")]


class Quarantine(models.Model):
    """A rule, or a value that a detector knows, suddenly matched far more than before: it counts no more until a person lifts it."""

    rule = models.ForeignKey(TriageRule, on_delete=models.CASCADE, null=True, related_name="quarantines")
    detector = models.CharField(max_length=20, blank=True)
    known = models.CharField(max_length=500, blank=True)
    since = models.DateTimeField()
    seen = models.IntegerField()
    usual = models.FloatField()
    lifted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    why = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "detector", "known"],
                condition=Q(lifted_at=None),
                nulls_distinct=False,
                name="quarantine_once",
            ),
        ]
