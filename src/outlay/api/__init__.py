"""One function a verb: what scripts, notebooks, the command line and the page call."""
