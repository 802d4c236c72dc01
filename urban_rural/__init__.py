"""城乡建设: five-star villages, scenic and pioneer villages, spots put in order, rural houses, sewers and roads."""
