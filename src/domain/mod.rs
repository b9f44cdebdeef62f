//! Pure rules: no I/O, no clock. Time, ids and policy come in as arguments.
