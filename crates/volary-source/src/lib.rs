//! Trees of files on disk, in git and in memory.
//!
//! The only crate that touches files or git. A [`Tree`] lists the files that are judged and reads any file below its root;
//! what a tree refuses (a path out of the root, a pipe, a file above the size limit) it names as a
//! [`volary_model::Problem`] or [`volary_model::NotJudged`], so nothing disappears silently.
//!
//! - [`DiskTree`]: a working folder, with ignore rules, links and special files dealt with.
//! - [`GitTree`]: the tree of a revision, without touching the checkout.
//! - [`MemoryTree`]: texts in memory, for tests and for archives.
//! - [`OverlayTree`]: another tree with some files replaced, for editor buffers.

mod disk;
mod git;
mod ignore_rules;
mod limits;
mod memory;
mod overlay;
mod path;
mod problem;
mod repository;
mod tree;
mod walk;

pub use disk::DiskTree;
pub use git::{GitTree, changed_paths};
pub use limits::Limits;
pub use memory::MemoryTree;
pub use overlay::OverlayTree;
pub use path::{escape, join, unescape};
pub use repository::{merge_base, repository_root};
pub use tree::{FileEntry, Listing, Tree};
