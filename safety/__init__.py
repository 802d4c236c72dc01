"""平安智治: hazards, accidents, special equipment, plants of several tenants, disputes."""
