"""Deliberation before the vote: consultations, proposals, comments, moderation."""
