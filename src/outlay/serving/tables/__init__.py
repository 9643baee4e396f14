"""Tables of requests as they come in: CSV, JSON lines and Parquet, read strictly and by blocks."""
