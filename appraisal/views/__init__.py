"""Pages of appraisal; thin: parse, call a service, render."""
