"""Pieces of HTML for the page with sliders, made by the report's own builders."""
