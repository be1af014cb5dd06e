"""The publishers' own files: read by their layout, kept beside the rulesets, asked by day."""
