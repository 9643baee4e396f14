"""Row families of the planning programme, one file each; the maths page is their docstrings."""
