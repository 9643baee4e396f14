"""Many cases of one study."""
