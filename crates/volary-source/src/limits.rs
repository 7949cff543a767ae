/// Bounds on what a tree reads. All are counted in work, so that they hold alike on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest file that is read, in bytes. Larger ones give a [`volary_model::ProblemKind::Limit`].
    pub file_bytes: u64,
    /// The most files that are listed.
    pub files: usize,
    /// The deepest folder that is entered; the root has depth 0.
    pub depth: usize,
}

impl Limits {
    /// Structured files (HCL, YAML, JSON, Dockerfiles) written by people stay far below 10 MiB; what is larger is data.
    pub const FILE_BYTES: u64 = 10 * 1024 * 1024;
    /// Five times the largest public monorepositories of infrastructure code.
    pub const FILES: usize = 1_000_000;
    /// No path that git or an editor handles comfortably is deeper.
    pub const DEPTH: usize = 256;
}

impl Default for Limits {
    fn default() -> Self {
        Self { file_bytes: Self::FILE_BYTES, files: Self::FILES, depth: Self::DEPTH }
    }
}
