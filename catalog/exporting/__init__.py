"""Export of works as CSV, XLSX and Linked Art: any search, or one work.

`fields` says for every field who may see it; nothing is exported that is not in that table. What
is exported can be imported again by the generic profiles.
"""
