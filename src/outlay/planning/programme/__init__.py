"""The programme of a problem: frame, rows, columns, ledger."""
