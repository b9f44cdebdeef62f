//! Use cases: authorise, load, decide in domain, store; one write transaction each.
