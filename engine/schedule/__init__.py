"""A day's appointments, as practice systems export them: read, mapped to the facts of a case, decided all at once."""
