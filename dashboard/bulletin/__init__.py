"""通报 and 台账 of a month: gathered once from approved figures, then written as Word, PDF and Excel."""
