"""What a study may hold, field by field."""
