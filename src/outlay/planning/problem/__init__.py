"""The problem: tree, supply, sites, demand, on every node."""
