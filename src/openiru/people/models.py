"""Tables of agencies, users and their personal tokens."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models

from openiru.ledger.ids import new_uuid
from openiru.people.roles import Role


class Agency(models.Model):
    """An office with its own people and cases; `works_with` are the offices it shares cases with."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=300, blank=True)
    email = models.EmailField(blank=True)
    may_order = models.BooleanField(default=False)
    works_with = models.ManyToManyField("self", blank=True)

    def __str__(self) -> str:
        return self.name


class People(BaseUserManager["User"]):
    """Finds users by e-mail; making them is a service."""


class User(AbstractBaseUser):
    """A person who signs in. `actor` is the opaque id under which the ledger knows them."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    actor = models.UUIDField(default=new_uuid, unique=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="users", null=True)
    roles = ArrayField(models.CharField(max_length=30, choices=[(role, role) for role in Role]))
    languages = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    platform = models.CharField(max_length=20, blank=True)
    is_active = models.BooleanField(default=True)

    objects = People()
    USERNAME_FIELD = "email"

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(roles__contains=[Role.SYSTEM]), name="user_is_not_the_system"),
        ]

    def __str__(self) -> str:
        return self.name


class Token(models.Model):
    """A personal token for the command line and the API; only its hash is stored."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    label = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
