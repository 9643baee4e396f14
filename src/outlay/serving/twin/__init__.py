"""The engine's twin in plain Python, its oracle."""
