"""社会民生: medical insurance by village, social assistance, village clinics, visits to households in need."""
