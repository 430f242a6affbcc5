"""`python -m glimpse_client.cli`."""

from glimpse_client.cli import main

main()
