"""Operations and bytes of every operator, and the time they take."""
