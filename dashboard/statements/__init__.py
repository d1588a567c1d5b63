"""Annual statements: the page of the years with the form that signs, and each statement on paper."""
