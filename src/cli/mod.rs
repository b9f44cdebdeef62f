//! One file per verb; prints, never decides.
