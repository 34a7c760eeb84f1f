"""Thin views: read the form, call one service, redirect; or call a query and render."""
