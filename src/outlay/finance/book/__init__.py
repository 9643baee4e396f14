"""What the accounts are made of: assets, leases, costs, debts, vintages."""
