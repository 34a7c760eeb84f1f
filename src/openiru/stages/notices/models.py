"""Tables of what is sent and what comes back: notices, their documents, the outbox, messages, answers, withheld notice to holders."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from openiru.ledger.ids import new_uuid
from openiru.people.models import Agency, User
from openiru.stages.cases.models import Case, Decision
from openiru.stages.notices.counterparts import Hook as Hook
from openiru.terms import Action, Leg, NoticeKind, Outcome


class Notice(models.Model):
    """One complete notice of one leg to one platform. `facts` is what was sent (docs/notice-format.md), frozen at composing."""

    class State(models.TextChoices):
        """`in_doubt`: nobody knows whether the platform has it; a person must look. `received` is not an answer."""

        DRAFTED = "drafted"
        QUEUED = "queued"
        IN_DOUBT = "in_doubt"
        FAILED = "failed"
        SENT = "sent"
        RECEIVED = "received"
        PAUSED = "paused"
        ANSWERED = "answered"
        WITHDRAWN = "withdrawn"
        CLOSED = "closed"

    uuid = models.UUIDField(default=new_uuid, unique=True)
    reference = models.CharField(max_length=30, unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notices")
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="notice")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="notices")
    platform = models.CharField(max_length=20)
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in NoticeKind])
    leg = models.CharField(max_length=20, choices=[(leg, leg) for leg in Leg])
    action = models.CharField(max_length=20, choices=[(action, action) for action in Action])
    way = models.CharField(max_length=20)
    address = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFTED)
    facts = models.JSONField()
    holder_code = models.CharField(max_length=14, unique=True)
    ticket = models.CharField(max_length=80, blank=True)
    due_hours = models.IntegerField()
    profile = models.CharField(max_length=20, blank=True)
    gaps = ArrayField(models.CharField(max_length=40), default=list)
    completeness = models.SmallIntegerField(null=True)
    composed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    paused_for = models.DurationField(null=True)
    pause_reason = models.CharField(max_length=20, blank=True)
    clock_from = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    claimed = models.CharField(max_length=30, blank=True, choices=[(outcome, outcome) for outcome in Outcome])
    retain_until = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "leg"],
                condition=~models.Q(state__in=["closed", "withdrawn", "failed", "answered"]),
                name="notice_one_open_a_leg",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["drafted", "queued", "in_doubt", "failed", "withdrawn", "closed"])
                | models.Q(sent_at__isnull=False),
                name="notice_sent_has_a_time",
            ),
            models.CheckConstraint(condition=~models.Q(platform="x") | models.Q(way="portal"), name="notice_x_by_hand"),
        ]
        indexes = [models.Index(fields=["platform", "state"], name="notice_board")]

    @property
    def subject(self) -> str:
        """How the ledger calls it."""
        return f"notice:{self.uuid}"


class Document(models.Model):
    """One file of a notice as it is sent, stored under its hash."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="documents")
    name = models.CharField(max_length=80)
    media_type = models.CharField(max_length=80)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "name"], name="document_once")]


class Dispatch(models.Model):
    """The outbox: one message that must go out exactly once. What was begun and not ended is in doubt, never sent again by itself.

    `message_sha256` are the bytes as they go over the wire, made once; `proven_at` is when we learnt that they arrived.
    """

    class Purpose(models.TextChoices):
        """What the message is."""

        NOTICE = "notice"
        REMINDER = "reminder"
        WITHDRAWAL = "withdrawal"
        CORRECTION = "correction"

    class State(models.TextChoices):
        """`leased`: a worker took it and has not begun; `sending`: begun, it may have arrived; `by_hand` waits for a person."""

        QUEUED = "queued"
        LEASED = "leased"
        SENDING = "sending"
        SENT = "sent"
        IN_DOUBT = "in_doubt"
        FAILED = "failed"
        BY_HAND = "by_hand"
        CANCELLED = "cancelled"

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="dispatches")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    state = models.CharField(max_length=10, choices=State.choices)
    message_id = models.CharField(max_length=200, unique=True)
    address = models.CharField(max_length=300)
    queued_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    queued_at = models.DateTimeField()
    next_try = models.DateTimeField()
    attempts = models.IntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    lease = models.CharField(max_length=16, blank=True, db_default="")
    message_sha256 = models.CharField(max_length=64, blank=True, db_default="")
    sent_at = models.DateTimeField(null=True)
    proven_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)
    server_said = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "purpose"],
                condition=models.Q(purpose="notice") & ~models.Q(state="cancelled"),
                name="dispatch_once",
            ),
            models.UniqueConstraint(
                fields=["notice", "purpose", "address"],
                condition=models.Q(purpose="withdrawal") & ~models.Q(state="cancelled"),
                name="dispatch_withdrawn_once",
            ),
            models.CheckConstraint(
                condition=models.Q(purpose="reminder") | models.Q(queued_by__isnull=False),
                name="dispatch_only_reminders_by_themselves",
            ),
        ]
        indexes = [
            models.Index(fields=["next_try", "id"], name="dispatch_due_first", condition=models.Q(state="queued")),
            models.Index(
                fields=["leased_until"], name="dispatch_under_way", condition=models.Q(state__in=["leased", "sending"])
            ),
        ]


class Message(models.Model):
    """A message that came in, whole. What nobody could place or read waits for a person."""

    class State(models.TextChoices):
        """`unplaced`: which notice it belongs to is not certain; `unread`: what it says is not certain."""

        READ = "read"
        UNREAD = "unread"
        UNPLACED = "unplaced"
        SETTLED = "settled"

    message_id = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64, unique=True)
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, null=True, related_name="messages")
    sender = models.CharField(max_length=300)
    title = models.CharField(max_length=300)
    body = models.TextField()
    why = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State.choices)
    at = models.DateTimeField()
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")


class Answer(models.Model):
    """What the platform says it did: a claim, with the words it rests on. Corrections are new rows."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="answers")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, related_name="answers")
    outcome = models.CharField(max_length=30, choices=[(outcome, outcome) for outcome in Outcome])
    territory = models.CharField(max_length=2, blank=True)
    quote = models.TextField()
    items = models.JSONField(default=dict)
    partial = models.BooleanField(default=False, db_default=False)
    at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")


class NonDisclosure(models.Model):
    """Telling the holder is put off, by a separate approval of another person, for six weeks, once more six (law 7)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="nondisclosures")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reasons = models.TextField()
    from_date = models.DateField()
    until = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(asked_by=models.F("approved_by")), name="nondisclosure_takes_two_people"
            ),
        ]


class Urgency(models.Model):
    """An imminent threat in a case: its facts as one person stated and another confirmed them, until it lapses."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="urgencies")
    stated_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    facts = models.TextField()
    at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(stated_by=models.F("confirmed_by")), name="urgency_takes_two_people"
            ),
        ]


class Withdrawal(models.Model):
    """A notice is taken back: why, by whom, and what the platform is asked to undo."""

    notice = models.OneToOneField(Notice, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.TextField()
    wrong = models.BooleanField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    due_at = models.DateTimeField()
    reinstated_at = models.DateTimeField(null=True)
    quote = models.TextField(blank=True)


class WithdrawalTask(models.Model):
    """A clock's proposal that a named person withdraw a notice, or correct it, since a listing that it rests on ended. It does nothing."""

    class Kind(models.TextChoices):
        """`withdraw`: designated no more; `correct`: still designated, but a listing that the notice states has ended."""

        WITHDRAW = "withdraw"
        CORRECT = "correct"

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="withdrawal_tasks")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.WITHDRAW)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    because = models.TextField()
    proposed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    kept_because = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["notice"], condition=models.Q(settled_at=None), name="withdrawal_task_one_open_a_notice"
            ),
            models.CheckConstraint(
                condition=models.Q(settled_at=None, settled_by=None)
                | models.Q(settled_at__isnull=False, settled_by__isnull=False),
                name="withdrawal_task_settled_by_a_person",
            ),
        ]


class Correction(models.Model):
    """What a notice said is set right towards everybody it went to: a text made from facts, which a person read and sent."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="corrections")
    task = models.OneToOneField(WithdrawalTask, on_delete=models.PROTECT, null=True, related_name="correction")
    text = models.TextField()
    facts = models.JSONField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    due_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    quote = models.TextField(blank=True)


class TypedAnswer(models.Model):
    """A provider's feedback on an order (Annex II) or its word that it cannot execute it (Annex III), as it was given."""

    class Kind(models.TextChoices):
        """Which annex of Regulation (EU) 2021/784."""

        EXECUTED = "executed"
        NOT_EXECUTED = "not_executed"

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="typed_answers")
    answer = models.OneToOneField(Answer, on_delete=models.PROTECT, related_name="typed")
    kind = models.CharField(max_length=15, choices=Kind.choices)
    content = models.JSONField()
    at = models.DateTimeField()


class Escalation(models.Model):
    """A further step towards a platform that did not answer: asked for by one person, decided by another, each with its basis."""

    class Step(models.TextChoices):
        """The named liaison line, or the supervisor; legs and orders are decided on their own case."""

        LIAISON = "liaison_line"
        SUPERVISOR = "to_supervisor"

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="escalations")
    step = models.CharField(max_length=20, choices=Step.choices)
    basis = models.TextField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    approved = models.BooleanField(null=True)
    reasons = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | ~models.Q(asked_by=models.F("decided_by")),
                name="escalation_takes_two_people",
            ),
            models.UniqueConstraint(
                fields=["notice", "step"],
                condition=models.Q(approved=None) | models.Q(approved=True),
                name="escalation_once_a_step",
            ),
        ]
