"""Fleets that follow a load over time, each replayed before it is an answer."""
