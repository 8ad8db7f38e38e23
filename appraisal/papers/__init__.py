"""What people see of certificates and tags: the words of a check, papers, files inside papers."""
