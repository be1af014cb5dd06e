"""How good the rulesets are: their examples decided, their boundaries covered."""
