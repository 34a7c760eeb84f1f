"""Addresses that need no sign-in."""

from __future__ import annotations

from django.urls import path

from openiru.faces.public import views

urlpatterns = [
    path("appeal", views.appeal, name="appeal"),
    path("reported", views.reported, name="reported"),
    path("policy", views.policy, name="policy"),
    path("schemas/notice.schema.json", views.notice_schema, name="notice-schema"),
    path("checkpoint", views.checkpoint, name="checkpoint"),
    path("healthz", views.healthz, name="healthz"),
]
