"""One module per kind of rule: each compiles a rule to a check that turns a timeline into a finding."""
