"""Import of works from files: museums' open data, tables, Linked Art.

Reading (`survey`, `rows`, `tables`, `linked_art`), judging (`profiles`, `mapping`, `prepare`) and
writing (`store`, `runs`) are apart: the first two know no database. Works come in as recorded
open data and are never merged by text or title. docs/import.md describes it for its users.
"""
