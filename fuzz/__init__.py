"""`make fuzz`: every operation of the API as everybody, against what its schema promises."""
