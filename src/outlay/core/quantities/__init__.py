"""Numbers with units: quantities, currencies, dated rates, scales, and how people write them."""
