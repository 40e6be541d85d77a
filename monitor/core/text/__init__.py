"""Reading a text: what is news in it, which language, words, names, numbers, dates, quotations."""
