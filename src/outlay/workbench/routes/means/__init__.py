"""What routes are made with: conflicts shown, the interface described, folders as one file."""
