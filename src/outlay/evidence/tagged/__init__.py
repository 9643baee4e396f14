"""Tagged facts as claims."""
