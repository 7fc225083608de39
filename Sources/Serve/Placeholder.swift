import Experience
