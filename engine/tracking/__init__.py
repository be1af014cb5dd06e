"""Patients, episodes, authorizations and visits over time: what is used up, what is left, and what is due when."""
