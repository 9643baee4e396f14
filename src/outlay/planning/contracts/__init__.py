"""Ways of holding a chip: each kind answers the same five questions in its own file.

When does capacity start and end; what is paid, and when; what is capex; what may be cancelled
or left early; at which sites does it stand (its own power, or somebody else's).
"""
