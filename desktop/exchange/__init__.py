"""Hand-offs out of a prison and into headquarters, as Excel workbooks of format 1 (see the design, section 5)."""
