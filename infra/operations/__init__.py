"""The `madoguchi` command: what operators do to a stack, locally and on AWS."""
