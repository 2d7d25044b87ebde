"""`python -m operations`, which is what the `madoguchi` command runs."""

from operations.cli import main

main()
