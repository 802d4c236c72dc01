"""十大民生实事, from candidates through ballot and decision to the board."""
