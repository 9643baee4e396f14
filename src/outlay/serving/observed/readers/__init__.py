"""Files of load generators, one reader a tool: each knows its tool's names, units and habits."""
