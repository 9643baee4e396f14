"""What is said of the machine that Outlay runs on."""
