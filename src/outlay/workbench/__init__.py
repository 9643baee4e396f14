"""The page with sliders, its interface for programs, and the same for assistants."""
