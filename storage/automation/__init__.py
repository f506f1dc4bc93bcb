"""What verdicts do by themselves, and what waits for a person: stages and certificates together.

`gate`: which verdicts may act. `acting`: what becomes of a new inspection. `ending`: what the end of a certificate
brings with it. `probabilities`: what judges told under a certificate, for the test that ends it.
"""
