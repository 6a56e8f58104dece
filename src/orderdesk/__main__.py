"""`python -m orderdesk` is the program, where its script is not on the path."""

from orderdesk.cli.main import main

main()
