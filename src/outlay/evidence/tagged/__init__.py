"""Tagged facts: inline XBRL, XBRL instances, saved company facts."""
