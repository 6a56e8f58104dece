"""`python -m orderdesk` is the program, where its script is not on the path."""

from orderdesk.cli.start import main

main()
