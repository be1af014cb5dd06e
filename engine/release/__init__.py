"""Released rulesets: a signed bundle of a practice's own rules, proved before it is written and before it is used."""
