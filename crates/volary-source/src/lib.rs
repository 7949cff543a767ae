//! Trees of files on disk, in git and in memory.
