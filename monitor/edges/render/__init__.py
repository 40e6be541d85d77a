"""Views and records laid out for readers and programs: text, HTML, JSON, CSV, the export lines, explanations."""
