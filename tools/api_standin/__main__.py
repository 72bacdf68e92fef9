"""`python -m tools.api_standin`: the stand-in as a program."""

from tools.api_standin.server import main

if __name__ == "__main__":
    main()
