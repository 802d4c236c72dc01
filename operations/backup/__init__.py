"""Backup and restore: one file with the database, the evidence and a manifest; verified before anything is replaced."""
