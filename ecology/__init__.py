"""生态环境: water by station with its class, air, straw fires, waste sorting, the wetland's acceptance list."""
