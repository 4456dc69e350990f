"""Texts and files: input structs, Markdown, search terms, PDF, spreadsheets, calendars."""
