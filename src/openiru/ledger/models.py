"""Tables of the tamper-evident log: entries, the head of the tree, signed checkpoints, and what kind of installation this is."""

from __future__ import annotations

from django.db import models

from openiru.terms import Mode


class Installation(models.Model):
    """One row for ever: exercise or live, the name the log is signed under, and how far an exercise's clock is ahead."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    mode = models.CharField(max_length=10, choices=[(mode, mode) for mode in Mode])
    name = models.CharField(max_length=200)
    origin = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    clock_offset = models.DurationField(default=None, null=True)
    clock_speed = models.FloatField(default=1.0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="installation_is_one"),
            models.CheckConstraint(
                condition=models.Q(mode=Mode.EXERCISE) | (models.Q(clock_offset=None) & models.Q(clock_speed=1.0)),
                name="installation_live_has_no_clock",
            ),
        ]


class Entry(models.Model):
    """One leaf. `leaf` is public and holds a salted commitment; `record` and `salt` are private and may be erased."""

    at = models.DateTimeField()
    event = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    record = models.JSONField(null=True)
    salt = models.BinaryField(null=True)
    leaf = models.BinaryField()
    leaf_hash = models.BinaryField()
    index = models.BigIntegerField(null=True, unique=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "id"], name="entry_subject"),
            models.Index(fields=["id"], name="entry_waiting", condition=models.Q(index=None)),
            models.Index(fields=["event", "-id"], name="entry_event"),
        ]


class Head(models.Model):
    """The right edge of the tree (one row), so that adding a leaf never reads the others."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    size = models.BigIntegerField(default=0)
    frontier = models.BinaryField(default=b"")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="head_is_one")]


class Checkpoint(models.Model):
    """A signed statement of the tree's size and root, in C2SP form."""

    size = models.BigIntegerField(unique=True)
    root = models.BinaryField()
    note = models.TextField()
    at = models.DateTimeField()


class Heartbeat(models.Model):
    """When one of the worker's ticks last went well, and what went wrong since; a silent worker is seen here."""

    name = models.CharField(max_length=40, primary_key=True)
    every_seconds = models.FloatField()
    good_at = models.DateTimeField(null=True)
    bad_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)
