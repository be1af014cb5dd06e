"""Rules after they were written: what must be looked at again, who looked, and what payers said otherwise."""
