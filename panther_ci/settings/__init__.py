"""The settings of a repository: which files and variables stand below flags, and what each input becomes."""
