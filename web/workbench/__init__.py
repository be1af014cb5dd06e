"""The maintainers' desk: rulesets drafted, proved, proposed, released and taken back on the screen."""
