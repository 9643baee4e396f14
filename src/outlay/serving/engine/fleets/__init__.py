"""Several replicas behind one router, compiled."""
