"""Every kind of result that leaves Outlay, as a type: units, schema, reading and writing."""
