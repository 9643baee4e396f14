"""Numbers, units, rates and hedges as documents write them."""
