"""Pictures, tables and files made from one result document; no arithmetic on results here."""
