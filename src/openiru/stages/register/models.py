"""Tables of designation: lists, their hashed snapshots, the entries in them, organisations, and the policy."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from openiru.people.models import User
from openiru.terms import AliasQuality, ListAuthorityKind


class PublishedList(models.Model):
    """A list that an authority publishes, in one format; `authority` is the word that the policy counts."""

    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=200)
    authority = models.CharField(max_length=60)
    authority_kind = models.CharField(max_length=20, choices=[(kind, kind) for kind in ListAuthorityKind])
    format = models.CharField(max_length=30)
    address = models.URLField(blank=True)

    def __str__(self) -> str:
        return self.title


class Snapshot(models.Model):
    """One retrieved version of a list: its hash, its date, what was in it. In force whole, or not at all.

    `content` holds the organisations as read (never individuals) while the version waits, and is null once in force.
    """

    class State(models.TextChoices):
        """`unconfirmed` was loaded by hand and does not count; `quarantined` never did; `superseded` was in force."""

        UNCONFIRMED = "unconfirmed"
        IN_FORCE = "in_force"
        QUARANTINED = "quarantined"
        SUPERSEDED = "superseded"

    published_list = models.ForeignKey(PublishedList, on_delete=models.PROTECT, related_name="snapshots")
    sha256 = models.CharField(max_length=64)
    published_on = models.DateField(null=True)
    retrieved_at = models.DateTimeField()
    origin = models.CharField(max_length=300)
    loaded_by_hand = models.BooleanField()
    state = models.CharField(max_length=20, choices=State.choices)
    entries = models.IntegerField()
    organisations = models.IntegerField()
    individuals = models.IntegerField()
    warnings = ArrayField(models.TextField(), default=list)
    quarantine_reason = models.CharField(max_length=300, blank=True)
    content = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["published_list", "sha256"], name="snapshot_once"),
            models.UniqueConstraint(
                fields=["published_list"], condition=models.Q(state="in_force"), name="snapshot_one_in_force"
            ),
        ]


class PublishedFile(models.Model):
    """One file of a version as it was published; its bytes lie packed under their hash (`keeping`). Never deleted."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["snapshot", "name"], name="published_file_once")]


class Carried(models.Model):
    """What a version carried when it came into force, packed (`contents.pack`), so that versions can be compared later."""

    snapshot = models.OneToOneField(Snapshot, on_delete=models.PROTECT, primary_key=True, related_name="carried")
    packed = models.BinaryField()


class Retrieval(models.Model):
    """What a publisher's server said last of one file of a list, to ask next time whether it changed; and what failed."""

    published_list = models.ForeignKey(PublishedList, on_delete=models.PROTECT, related_name="retrievals")
    address = models.CharField(max_length=500)
    etag = models.CharField(max_length=300, blank=True)
    last_modified = models.CharField(max_length=60, blank=True)
    asked_at = models.DateTimeField()
    failure = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["published_list", "address"], name="retrieval_once_a_file")]


class Confirmation(models.Model):
    """One person's word that the hash of a hand-loaded snapshot is the publisher's; two different people are needed."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="confirmations")
    person = models.ForeignKey(User, on_delete=models.PROTECT)
    source = models.CharField(max_length=300)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["snapshot", "person"], name="confirmation_once_a_person")]


class Organisation(models.Model):
    """A group. It is designated only through listings; its own row claims nothing."""

    name = models.CharField(max_length=400)
    slug = models.SlugField(max_length=120, unique=True)
    country = models.CharField(max_length=100, blank=True)

    def __str__(self) -> str:
        return self.name


class Listing(models.Model):
    """One entry of a list over its snapshots: first and last seen there, on behalf of which organisation.

    `ended_on` is the day the list says, `ended_noticed_at` the moment we read it.
    """

    published_list = models.ForeignKey(PublishedList, on_delete=models.PROTECT, related_name="listings")
    reference = models.CharField(max_length=80)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="listings")
    linked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    name = models.CharField(max_length=400)
    programs = ArrayField(models.CharField(max_length=80), default=list)
    listed_on = models.DateField(null=True)
    listed_on_text = models.CharField(max_length=60, blank=True)
    remarks = models.TextField(blank=True)
    first_snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="+")
    last_snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="+")
    ended_on = models.DateField(null=True)
    ended_noticed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["published_list", "reference"], name="listing_reference_once")]


class ListedName(models.Model):
    """A name or alias as a list carries it, with its quality and script."""

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=400)
    quality = models.CharField(max_length=10, choices=[(quality, quality) for quality in AliasQuality])
    script = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["listing", "name", "quality"], name="listed_name_once")]


class NameSpan(models.Model):
    """From which to which version of a list an entry carried a name, by the days of these versions; `until` None: it still does."""

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="spans")
    name = models.CharField(max_length=400)
    quality = models.CharField(max_length=10, choices=[(quality, quality) for quality in AliasQuality])
    script = models.CharField(max_length=20)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["listing", "name", "quality"], condition=models.Q(until=None), name="name_span_one_open"
            ),
        ]


class Policy(models.Model):
    """A version of the designation policy; in force once a second person confirmed it (never the first)."""

    counted_authorities = ArrayField(models.CharField(max_length=60))
    multilateral_needed = models.SmallIntegerField(default=1)
    independent_needed = models.SmallIntegerField(default=2)
    home_authorities = ArrayField(models.CharField(max_length=60), default=list)
    foreign_needed = models.SmallIntegerField(default=0)
    single_source_terms = ArrayField(models.CharField(max_length=30), default=list)
    reason = models.TextField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None) | ~models.Q(confirmed_by=models.F("proposed_by")),
                name="policy_takes_two_people",
            ),
            models.CheckConstraint(condition=models.Q(foreign_needed__gte=0), name="policy_foreign_needed_counts"),
        ]
