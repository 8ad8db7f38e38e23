"""The record of a sale (拍卖笔录) and its catalogue, as files.

`gathering` reads a sale into rows, `files` writes them as CSV and `pdf` as PDF, `exporting` asks
the permission and notes the download; `catalogue` is what the public reads.
拍卖法 53, 54.
"""
