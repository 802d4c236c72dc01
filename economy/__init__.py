"""经济发展: firms and what they are recognised for, projects, space, grain and farmland, talents, requests."""
