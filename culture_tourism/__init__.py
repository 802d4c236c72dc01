"""文旅融合: six scenes and eight flavours, events of the seasons, residences, halls, idle farmhouses, 乡贤."""
