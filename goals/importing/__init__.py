"""Excel in and out: one importer for figures, assignments, and whatever a ledger or a project registers."""
