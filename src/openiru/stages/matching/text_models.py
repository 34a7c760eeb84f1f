"""Tables of text models: every version kept, when each stood in shadow or live and by whose word, and what reviewers say of texts."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from openiru.people.models import User
from openiru.stages.intake.models import Item


class TextModel(models.Model):
    """One version with its papers. It is never changed or deleted, so that what was suggested can be explained later.

    `facts` are what was measured, as rules and pages read them; `body` is empty where the model is somebody else's.
    """

    class Kind(models.TextChoices):
        """Whose it is: trained here, a file that somebody gave us, a service that is asked."""

        OWN = "own"
        ONNX = "onnx"
        ENDPOINT = "endpoint"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    version = models.CharField(max_length=80, unique=True)
    body = models.BinaryField(default=b"")
    provenance = models.CharField(max_length=300)
    facts = models.JSONField()
    card = models.TextField()
    statement = models.TextField()
    evaluation = models.TextField()
    plot = models.TextField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()


class ModelTerm(models.Model):
    """A time in which a model stood: in shadow, where it only counts, or live, where two people put it."""

    class Place(models.TextChoices):
        """Where a model stands."""

        SHADOW = "shadow"
        LIVE = "live"

    model = models.ForeignKey(TextModel, on_delete=models.PROTECT, related_name="terms")
    place = models.CharField(max_length=10, choices=Place.choices)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")), name="model_takes_two_people"
            ),
            models.CheckConstraint(
                condition=Q(place="shadow") | Q(proposed_by__isnull=False), name="model_live_by_a_person"
            ),
            models.CheckConstraint(
                condition=Q(place="shadow") | Q(confirmed_at=None) | Q(confirmed_by__isnull=False),
                name="model_live_by_another_person",
            ),
            models.UniqueConstraint(
                fields=["place", "ended_at"],
                condition=Q(ended_at=None, confirmed_at__isnull=False),
                nulls_distinct=False,
                name="model_stands_alone",
            ),
            models.UniqueConstraint(
                fields=["model", "place", "ended_at"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="model_term_once",
            ),
        ]


class ShadowFind(models.Model):
    """What the model in shadow says of a post: counted and shown to who judges the model, never on a case. Gone with its term."""

    term = models.ForeignKey(ModelTerm, on_delete=models.CASCADE, related_name="finds")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")
    label = models.CharField(max_length=30)
    score = models.FloatField()
    sentence = models.TextField()
    aside = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["term", "item", "label"], name="shadow_find_once")]


class TextLabel(models.Model):
    """What a reviewer says that a post's text is; a later word of the same person takes its place (both are in the ledger)."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="labels")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    labels = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "by"], name="text_label_once_a_person")]
