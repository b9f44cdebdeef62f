//! The only floor that names a database driver.
