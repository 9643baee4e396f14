"""Questions about serving: layouts, loops, steps, rates."""
