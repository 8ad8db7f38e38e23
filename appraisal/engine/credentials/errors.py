"""The one error of this package: what is wrong with a document, as a code and as words."""


class CredentialRefused(ValueError):
    """A document, key or list that cannot be used; `code` is stable, the words are for people."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code
