"""Addresses of the portal: the platforms' own need a platform's person, the last three are everybody's."""

from __future__ import annotations

from django.urls import path

from openiru.faces.portal import open as everybodys
from openiru.faces.portal import views

urlpatterns = [
    path("for-platforms", views.board, name="portal"),
    path("for-platforms/hooks", views.hooks, name="portal-hooks"),
    path("for-platforms/hooks/<int:hook_id>/end", views.end_hook, name="portal-end-hook"),
    path("for-platforms/<str:reference>", views.show, name="portal-notice"),
    path("for-platforms/<str:reference>/acknowledge", views.acknowledge, name="portal-acknowledge"),
    path("for-platforms/<str:reference>/ask", views.ask, name="portal-ask"),
    path("for-platforms/<str:reference>/answer", views.answer, name="portal-answer"),
    path("for-platforms/<str:reference>/dispute", views.dispute, name="portal-dispute"),
    path("for-platforms/<str:reference>/package", views.package, name="portal-package"),
    path("for-platforms/<str:reference>/documents/<str:name>", views.document, name="portal-document"),
    path("for-platforms/<str:reference>/evidence/<int:file_id>", views.file, name="portal-evidence"),
    path("keys", everybodys.keys, name="keys"),
    path("contact-point", everybodys.contact_point, name="contact-point"),
    path("actor", everybodys.actor, name="actor"),
    path("actor/inbox", everybodys.inbox, name="actor-inbox"),
    path("actor/outbox", everybodys.outbox, name="actor-outbox"),
]
