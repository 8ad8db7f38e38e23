"""Papers that appraisal prints."""
