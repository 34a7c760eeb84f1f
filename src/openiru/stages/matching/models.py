"""Tables of matching: how far each detector came, what it suggested, what reviewers said of it, and the banks."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from openiru.people.models import Agency, User
from openiru.stages.intake.models import Item, Report
from openiru.stages.register.models import Organisation

__all__ = ["BankEntry", "Match", "ModelTerm", "Opinion", "Progress", "ShadowFind", "TextLabel", "TextModel"]

AROUND = 80
"""Characters of a post that are shown on each side of what was found."""


class Progress(models.Model):
    """Up to which row of a source a detector has read, in which version; another version begins again."""

    class Source(models.TextChoices):
        """What is read: the account's own words. A reporter's note is a claim about it and is never read."""

        REPORT = "report"
        ITEM = "item"

    detector = models.CharField(max_length=20)
    source = models.CharField(max_length=10, choices=Source.choices)
    version = models.CharField(max_length=60)
    upto = models.BigIntegerField(default=0)
    rows = models.BigIntegerField(default=0)
    at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["detector", "source"], name="progress_once_a_source")]


class BankEntry(models.Model):
    """A value that suggests an organisation, or that must not: proposed by one person, in use once another confirmed it.

    It is its agency's: others neither see it nor what it found. One without a proposer is a referred account, which two
    people decided on in its case.
    """

    class Kind(models.TextChoices):
        """What is compared. `name` and `passage` only in what suppresses: names come from the lists, never from a bank."""

        REFERRED = "referred_account"
        CHANNEL = "known_channel"
        INVITE = "invite"
        WALLET = "wallet"
        FILE = "file"
        SHA256 = "sha256"
        MD5 = "md5"
        PDQ = "pdq"
        NAME = "name"
        PASSAGE = "passage"

    class Bearing(models.TextChoices):
        """What an entry does."""

        SUGGESTS = "suggests"
        SUPPRESSES = "suppresses"

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    bearing = models.CharField(max_length=10, choices=Bearing.choices)
    value = models.CharField(max_length=500)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True)
    source = models.TextField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")), name="bank_takes_two_people"
            ),
            models.CheckConstraint(
                condition=Q(kind="referred_account", bearing="suggests", proposed_by=None, confirmed_at__isnull=False)
                | Q(proposed_by__isnull=False) & ~Q(kind="referred_account"),
                name="bank_referred_comes_from_notices",
            ),
            models.CheckConstraint(
                condition=Q(bearing="suppresses") | Q(organisation__isnull=False) & ~Q(kind__in=["name", "passage"]),
                name="bank_suggests_an_organisation",
            ),
            models.UniqueConstraint(
                fields=["agency", "kind", "bearing", "value", "organisation"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="bank_value_once",
            ),
        ]

    @property
    def in_use(self) -> bool:
        """Whether detection compares it."""
        return self.confirmed_at is not None and self.ended_at is None


class Match(models.Model):
    """A detector's suggestion on a row of a report or an item: what stood where, what it is like, and why. It decides nothing.

    `aside` is the reason for which it does not count. `current`: the newest version of the detector still finds it.
    A text's match says a ground (`known`) and no organisation: what a text is like says nothing of whose it is.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, null=True, related_name="matches")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, null=True, related_name="matches")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True)
    bank_entry = models.ForeignKey(BankEntry, on_delete=models.PROTECT, null=True, db_index=False)
    detector = models.CharField(max_length=20)
    field = models.CharField(max_length=10)
    version = models.CharField(max_length=60)
    score = models.FloatField()
    found = models.CharField(max_length=1000)
    known = models.CharField(max_length=500)
    start = models.IntegerField()
    end = models.IntegerField()
    sentence = models.TextField()
    aside = models.CharField(max_length=300, blank=True)
    current = models.BooleanField(default=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(report=None) ^ Q(item=None), name="match_of_one_row"),
            models.CheckConstraint(
                condition=Q(detector="text") ^ Q(organisation__isnull=False), name="match_of_a_text_names_nobody"
            ),
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=1), name="match_score_from_0_to_1"),
            models.UniqueConstraint(
                fields=["report", "item", "detector", "field", "organisation", "start", "end", "known"],
                nulls_distinct=False,
                name="match_once",
            ),
        ]
        indexes = [models.Index(fields=["detector", "known"], name="match_known")]

    @property
    def around(self) -> tuple[str, str, str] | None:
        """The words before, found and after, where a post's text was read."""
        if self.item is None or self.start < 0:
            return None
        text, before = self.item.text, max(0, self.start - AROUND)
        return text[before : self.start], text[self.start : self.end], text[self.end : self.end + AROUND]


class Opinion(models.Model):
    """What a reviewer says of a match; a later word of the same person takes the place of the earlier (both are in the ledger)."""

    class Says(models.TextChoices):
        """`speaks_of`: the name is meant, in a report, a condemnation, a quotation; that is no affiliation."""

        RIGHT = "right"
        WRONG = "wrong"
        SPEAKS_OF = "speaks_of"
        UNSURE = "unsure"

    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="opinions")
    by = models.ForeignKey(User, on_delete=models.PROTECT)
    says = models.CharField(max_length=10, choices=Says.choices)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["match", "by"], name="opinion_once_a_person")]


from openiru.stages.matching.text_models import ModelTerm, ShadowFind, TextLabel, TextModel  # noqa: E402 (Django looks here)
