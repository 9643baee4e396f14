"""What is asked of a sweep: `--vary` read into axes, and the cases that follow from them."""
