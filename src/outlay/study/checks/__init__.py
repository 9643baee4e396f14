"""What must hold between the fields of a study."""
