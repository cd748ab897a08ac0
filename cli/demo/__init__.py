"""`avvisa demo`: the whole product against the simulators, with a workshop and its customers."""
