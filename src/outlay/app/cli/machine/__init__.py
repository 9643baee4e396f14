"""Commands about the machine that Outlay runs on."""
