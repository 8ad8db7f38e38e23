"""People are told what happens to them in a sale: an inbox, and mail where they want it.

`telling` makes notices from the event table, `reminding` from the hours, `mailing` sends them,
`wording` says them, `services` is what a person does himself.
"""
