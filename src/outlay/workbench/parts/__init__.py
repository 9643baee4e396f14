"""Pieces of HTML for the page with sliders, made by the report's own builders."""

from outlay.workbench.parts.plan import fragment

__all__ = ["fragment"]
