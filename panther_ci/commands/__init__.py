"""The commands that do not judge and deploy as a whole: each adds its flags, and runs."""
