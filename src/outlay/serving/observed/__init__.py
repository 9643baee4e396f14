"""What was measured on a real engine: read from the files of load tests, set beside a replay."""
