"""Draft a runnable study from a reading."""

from outlay.evidence.draft.study import Draft, draft_study

__all__ = ["Draft", "draft_study"]
