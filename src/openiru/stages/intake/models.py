"""Tables of what somebody tells us: accounts and items by stable key, the reports about them, and the files they came in."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from openiru.ledger.ids import new_code, new_uuid
from openiru.people.models import Agency, User
from openiru.stages.intake.watching.models import Watch as Watch


class Batch(models.Model):
    """One file or paste; the same bytes from the same agency are known again by their hash.

    A large one is taken in part by part: `done` of its `rows` records are stored, and a kill costs at most the part at work.
    """

    class State(models.TextChoices):
        """`waiting` until it was read through, `loading` until its last part is stored; `failed` when it cannot be read."""

        WAITING = "waiting"
        LOADING = "loading"
        LOADED = "loaded"
        FAILED = "failed"

    uuid = models.UUIDField(default=new_uuid, unique=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField(default=0)
    reader = models.CharField(max_length=40)
    mapping = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.LOADING)
    error = models.CharField(max_length=300, blank=True)
    rows = models.BigIntegerField()
    done = models.BigIntegerField(default=0)
    parts = models.IntegerField(default=0)
    named = models.BigIntegerField(default=0)
    accounts = models.BigIntegerField(default=0)
    new_accounts = models.BigIntegerField(default=0)
    reports = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    roots = models.BinaryField(default=b"")
    rows_root = models.CharField(max_length=64, blank=True)
    is_kept = models.BooleanField(default=False)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    retain_until = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "sha256"], name="batch_once_an_agency"),
            models.CheckConstraint(condition=models.Q(done__lte=models.F("rows")), name="batch_done_within_rows"),
        ]
        indexes = [
            models.Index(fields=["id"], name="batch_unfinished", condition=models.Q(state__in=["waiting", "loading"]))
        ]


class Rejection(models.Model):
    """A row that was not taken, with its line, column and reason; it goes with its batch."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="rejections", db_index=False)
    line = models.BigIntegerField()
    column = models.CharField(max_length=100, blank=True)
    value = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=60)

    class Meta:
        indexes = [models.Index(fields=["batch", "line", "id"], name="rejection_order")]


class Account(models.Model):
    """An account, channel or group, known by its canonical key; a handle is an alias with its time.

    A phone number is never stored here: `phone_hash` finds it again, `phone_sealed` is encrypted and opened to compose.
    """

    uuid = models.UUIDField(default=new_uuid, unique=True)
    platform = models.CharField(max_length=20)
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=300)
    url = models.CharField(max_length=500)
    handle = models.CharField(max_length=200, blank=True)
    stable_id = models.CharField(max_length=120, blank=True)
    name = models.CharField(max_length=300, blank=True)
    phone_hash = models.CharField(max_length=64, blank=True)
    phone_sealed = models.BinaryField(null=True)
    followers = models.BigIntegerField(null=True)
    followers_at = models.DateTimeField(null=True)
    first_seen = models.DateTimeField()
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, db_index=False)
    retain_until = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], name="account_key_once")]
        indexes = [
            models.Index(fields=["phone_hash"], name="account_phone", condition=~models.Q(phone_hash="")),
            models.Index(fields=["merged_into"], name="account_merged", condition=models.Q(merged_into__isnull=False)),
            models.Index(fields=["platform", "stable_id"], name="account_stable", condition=~models.Q(stable_id="")),
        ]

    def __str__(self) -> str:
        return self.handle or self.stable_id or self.key


class Alias(models.Model):
    """A handle that an account had, from when to when we saw it.

    `key` is the canonical key of the handle: it leads to the account that holds it, which is the one last seen with it.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="aliases")
    key = models.CharField(max_length=300)
    handle = models.CharField(max_length=200)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    holds = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "key"], name="alias_once"),
            models.UniqueConstraint(fields=["key"], condition=models.Q(holds=True), name="alias_one_holder"),
        ]


class Item(models.Model):
    """One post, video or message of an account."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="items")
    key = models.CharField(max_length=400)
    url = models.CharField(max_length=600)
    kind = models.CharField(max_length=20)
    posted_at = models.DateTimeField(null=True)
    language = models.CharField(max_length=10, blank=True)
    text = models.TextField(blank=True)
    first_seen = models.DateTimeField()
    last_seen_live = models.DateTimeField(null=True)
    retain_until = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], name="item_key_once")]


class Reporter(models.Model):
    """Who outside tells an agency of accounts: an office's system with a key, a mailbox, a signed webhook.

    Only the digest of a key is stored; the webhook's secret is sealed, since both sides must know it.
    """

    class Way(models.TextChoices):
        """How this reporter reaches us."""

        API = "api"
        WEBHOOK = "webhook"
        MAIL = "mail"

    uuid = models.UUIDField(default=new_uuid, unique=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="reporters")
    name = models.CharField(max_length=120)
    way = models.CharField(max_length=10, choices=Way.choices)
    address = models.EmailField(blank=True)
    digest = models.CharField(max_length=64, blank=True)
    secret_sealed = models.BinaryField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["digest"], condition=~models.Q(digest=""), name="reporter_key_once"),
            models.UniqueConstraint(
                fields=["address"], condition=models.Q(way="mail", ended_at=None), name="reporter_address_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One message of a reporter, by the id that its sender gave it: the same again is answered and not taken in twice.

    `results` has one entry a row: the report's id, or the place and reason of what was not taken. With `code` whoever sent
    it sees what became of it; by mail they are sent it in a receipt.
    """

    reporter = models.ForeignKey(Reporter, on_delete=models.PROTECT, related_name="deliveries")
    message_id = models.CharField(max_length=200)
    code = models.CharField(max_length=14, unique=True, default=new_code)
    at = models.DateTimeField()
    results = models.JSONField(default=list)
    receipt_due = models.BooleanField(default=False)
    retain_until = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reporter", "message_id"], name="delivery_once")]


class Report(models.Model):
    """What one reporter says of one account. Never evidence, and never counted as evidence by its number.

    `words` is a digest of address and note: the same words from the same agency are one report. Reports come by the
    million: each index here is one that a question needs, and what all rows of a part have in common (batch, agency,
    person, reporter) is checked once a statement by a trigger, not once a row.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="reports", db_index=False)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, db_constraint=False)
    line = models.IntegerField(null=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    address = models.CharField(max_length=600)
    claimed_organisation = models.CharField(max_length=300, blank=True)
    claimed_lists = ArrayField(models.CharField(max_length=100), default=list)
    followers = models.BigIntegerField(null=True)
    name = models.CharField(max_length=300, blank=True)
    seen_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)
    words = models.BinaryField()
    hashes = models.JSONField(default=list)
    warnings = ArrayField(models.CharField(max_length=60), default=list)
    reporter = models.ForeignKey(Reporter, on_delete=models.PROTECT, null=True, related_name="reports", db_index=False)
    reappearance_of = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="reappearances", db_index=False
    )
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, db_index=False, db_constraint=False)
    retain_until = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "agency", "words"], name="report_same_words_once"),
        ]
        indexes = [
            models.Index(fields=["reporter"], name="report_reporter", condition=models.Q(reporter__isnull=False)),
            models.Index(
                fields=["reappearance_of"], name="report_again", condition=models.Q(reappearance_of__isnull=False)
            ),
        ]


class Joining(models.Model):
    """A person said that two accounts are one, or that one is two; what moved is kept, so that it can be undone."""

    class What(models.TextChoices):
        """`join`: `source` became part of `target`. `part`: `target` was taken out of `source`."""

        JOIN = "join"
        PART = "part"

    what = models.CharField(max_length=10, choices=What.choices)
    source = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=500)
    reports = ArrayField(models.BigIntegerField(), default=list)
    items = ArrayField(models.BigIntegerField(), default=list)
    aliases = ArrayField(models.BigIntegerField(), default=list)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(source=models.F("target")), name="joining_of_two"),
        ]
