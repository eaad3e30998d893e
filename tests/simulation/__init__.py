"""Years of monthly sticks between many prisons and headquarters, played with everything that goes wrong on the way."""
