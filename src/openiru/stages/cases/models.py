"""Tables of casework: cases, assessments, opinions, decisions and protections. The database refuses one person twice."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q

from openiru.ledger.ids import new_uuid
from openiru.people.models import Agency, User
from openiru.stages.cases.holds.models import HubWord as HubWord
from openiru.stages.cases.holds.models import Interest as Interest
from openiru.stages.cases.quality.models import BlindReview as BlindReview
from openiru.stages.cases.quality.models import GoldenCase as GoldenCase
from openiru.stages.cases.quality.models import SampleShare as SampleShare
from openiru.stages.cases.triage.models import Quarantine as Quarantine
from openiru.stages.cases.triage.models import Replay as Replay
from openiru.stages.cases.triage.models import RuleHit as RuleHit
from openiru.stages.cases.triage.models import SavedQuery as SavedQuery
from openiru.stages.cases.triage.models import TriageRule as TriageRule
from openiru.stages.cases.triage.models import Viewing as Viewing
from openiru.stages.cases.triage.models import Weights as Weights
from openiru.stages.evidence.models import Capture
from openiru.stages.intake.models import Account, Item
from openiru.stages.register.models import Organisation
from openiru.terms import Action, Ground, Leg, NoticeKind, ProtectionKind

WAITING = Q(state__in=["open", "assessed"])
"""Cases on which somebody has to act; what queues are made of."""


class Case(models.Model):
    """May this account be referred? One open case an account; its uuid is what the ledger names.

    `urgent` is a person's word that life is in danger. From `platform` on it is what triage wrote down, so that a queue
    is read from one table: nothing there decides anything.
    """

    class State(models.TextChoices):
        """`open` waits for an analyst, `assessed` for another person, `approved` for the liaison; `closed` is the end."""

        OPEN = "open"
        ASSESSED = "assessed"
        APPROVED = "approved"
        DECLINED = "declined"
        CLOSED = "closed"

    uuid = models.UUIDField(default=new_uuid, unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="cases")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="cases")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    close_reason = models.CharField(max_length=60, blank=True)
    reopened_because = models.CharField(max_length=200, blank=True)
    urgent = models.BooleanField(default=False)
    urgent_why = models.CharField(max_length=300, blank=True, db_default="")
    urgent_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    urgent_at = models.DateTimeField(null=True)
    held_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    held_at = models.DateTimeField(null=True)
    held_until = models.DateTimeField(null=True)
    retain_until = models.DateField()
    assessor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    needs_opinion = models.BooleanField(db_default=False, default=False)
    platform = models.CharField(max_length=20, blank=True, db_default="", default="")
    language = models.CharField(max_length=10, blank=True, db_default="", default="")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    due_at = models.DateTimeField(null=True)
    score = models.IntegerField(db_default=0, default=0)
    terms = models.JSONField(db_default=[], default=list)
    signals = models.JSONField(db_default={}, default=dict)
    weights = models.ForeignKey("cases.Weights", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    scored_at = models.DateTimeField(null=True)
    stale = models.BooleanField(db_default=True, default=True)
    sign_stop = models.BooleanField(db_default=False, default=False)
    protected = models.BooleanField(db_default=False, default=False)
    bundle = models.CharField(max_length=40, blank=True, db_default="", default="")
    folded = ArrayField(models.CharField(max_length=300), db_default=[], default=list)
    search = SearchVectorField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(held_by=None, held_at=None, held_until=None)
                | Q(held_by__isnull=False, held_at__isnull=False, held_until__gt=F("held_at")),
                name="case_hold_is_whole",
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(state__in=["open", "assessed", "approved"]),
                name="case_one_open_an_account",
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "state", "-urgent", "opened_at", "id"], name="case_oldest"),
            *(
                models.Index(fields=["agency", "state", *more, "-urgent", "-score", "id"], name=name, condition=WAITING)
                for name, more in (
                    ("case_score", ()),
                    ("case_by_platform", ("platform",)),
                    ("case_by_language", ("language",)),
                    ("case_by_organisation", ("organisation",)),
                )
            ),
            models.Index(fields=["agency", "state", "due_at", "id"], name="case_by_clock", condition=WAITING),
            models.Index(fields=["bundle"], name="case_bundle", condition=WAITING & ~Q(bundle="")),
            models.Index(fields=["id"], name="case_stale", condition=Q(stale=True) & WAITING),
            models.Index(fields=["scored_at"], name="case_scored", condition=WAITING),
            models.Index(fields=["held_by"], name="case_held", condition=Q(held_by__isnull=False)),
            GinIndex(fields=["search"], name="case_words"),
            GinIndex(fields=["folded"], name="case_folded"),
        ]

    @property
    def number(self) -> str:
        """How people call the case."""
        return f"C-{self.id:06d}"

    @property
    def subject(self) -> str:
        """How the ledger calls it."""
        return f"case:{self.uuid}"


class Assessment(models.Model):
    """The analyst's worksheet for one step: which account, which leg, why it is lawful. Never changed, only replaced."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="assessments")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    refer = models.BooleanField()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True)
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in NoticeKind])
    leg = models.CharField(max_length=20, choices=[(leg, leg) for leg in Leg])
    action = models.CharField(max_length=20, choices=[(action, action) for action in Action])
    territory = models.CharField(max_length=2, blank=True)
    end_date = models.DateField(null=True)
    affiliation = models.TextField()
    purpose = models.TextField()
    purpose_is_protected = models.BooleanField()
    rabat = models.JSONField()
    least_restrictive = models.TextField()
    policy_line = models.CharField(max_length=200, blank=True)
    policy_why = models.TextField(blank=True)
    law = models.CharField(max_length=200, blank=True)
    law_articles = ArrayField(models.CharField(max_length=100), default=list)
    translator = models.CharField(max_length=120, blank=True)
    reads_language = models.BooleanField(default=False)
    replaced = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "author"], name="assessment_author_key"),
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(replaced=False), name="assessment_one_current_a_case"
            ),
        ]


class AssessedItem(models.Model):
    """One item with its ground and reason; the excerpt and translation are what the platform will read."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="items")
    item = models.ForeignKey(Item, on_delete=models.PROTECT)
    ground = models.CharField(max_length=30, choices=[(ground, ground) for ground in Ground])
    why = models.TextField()
    excerpt = models.TextField(blank=True)
    language = models.CharField(max_length=10, blank=True)
    translation = models.TextField(blank=True)
    capture = models.ForeignKey(Capture, on_delete=models.PROTECT, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assessment", "item"], name="assessed_item_once")]


class Opinion(models.Model):
    """The second legal opinion that a single-source designation needs: neither the analyst nor the approver gives it."""

    assessment = models.OneToOneField(Assessment, on_delete=models.PROTECT, related_name="opinion")
    assessed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agrees = models.BooleanField()
    reasons = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(author=models.F("assessed_by")), name="opinion_is_another_persons"
            ),
        ]


class Decision(models.Model):
    """A named person's yes or no to one assessment. Four eyes: the database compares the two people itself."""

    assessment = models.OneToOneField(Assessment, on_delete=models.PROTECT, related_name="decision")
    assessed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approved = models.BooleanField()
    reasons = models.TextField()
    at = models.DateTimeField()
    recalled_at = models.DateTimeField(null=True)
    designation = models.JSONField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(decided_by=models.F("assessed_by")), name="decision_is_another_persons"
            ),
        ]


class ProtectionList(models.Model):
    """A file of protected speakers that the deployment loaded, known by the hash of its bytes; its newest version stands."""

    name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    source = models.CharField(max_length=300)
    rows = models.IntegerField()
    loaded_at = models.DateTimeField()
    loaded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "sha256"], name="protection_list_once")]


class Protection(models.Model):
    """A registered reason not to refer an account; a hard stop until a senior reviewer decides on the very case.

    `dropped_at`: the newest version of its list has it no more; it stands all the same until a senior reviewer ends it.
    """

    kind = models.CharField(max_length=20, choices=[(kind, kind) for kind in ProtectionKind])
    name = models.CharField(max_length=200)
    account_key = models.CharField(max_length=300, blank=True, db_index=True)
    folded_name = models.CharField(max_length=200, blank=True, db_index=True)
    source = models.CharField(max_length=300)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()
    expires_on = models.DateField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    listed = models.ForeignKey(ProtectionList, on_delete=models.PROTECT, null=True, related_name="protections")
    dropped_at = models.DateTimeField(null=True)


class Review(models.Model):
    """A senior reviewer's word on a protected speaker's case: go on or stop, with reasons, until a date.

    Without a protection it is on the signs of protected speech that stand on the account's own front.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reviews")
    protection = models.ForeignKey(Protection, on_delete=models.PROTECT, null=True, related_name="reviews")
    reviewer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    may_go_on = models.BooleanField()
    reasons = models.TextField()
    at = models.DateTimeField()
    expires_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "protection"], nulls_distinct=False, name="review_once"),
        ]
