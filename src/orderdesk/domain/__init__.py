"""The words every floor speaks; standard library only."""
