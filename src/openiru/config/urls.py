"""All web addresses of the product: officers, platforms, machines and the public."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("openiru.faces.public.urls")),
    path("", include("openiru.faces.portal.urls")),
    path("", include("openiru.faces.api.urls")),
    path("", include("openiru.faces.console.urls")),
]
