"""Papers of a sale's money as PDF: the buyer's invoice and the seller's statement.

`reading` gathers what stands on them from the selectors of the pages, `drawing` puts it on A4, in
the reader's language. Nothing is computed here. 拍卖法 52; auction rules §12.
"""
