"""The page: what stands on its screens, laid out for a browser and for paper."""
