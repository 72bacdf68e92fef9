"""What a deployment does with content, as far as more than one step needs to know it.

The confined side imports this too, so only the standard library is imported here.
"""
