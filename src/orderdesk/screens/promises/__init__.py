"""Promises that need somebody: at risk, late, slipped, none."""
