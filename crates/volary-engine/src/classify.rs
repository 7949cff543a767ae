//! What a file is, from its path alone.

use volary_iac::dockerfile::is_dockerfile;

use crate::pipelines::is_jenkinsfile;

/// The formats that Volary reads as more than text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Format {
    /// `*.tf`, `*.tofu`
    Terraform,
    /// `*.tf.json`, `*.tofu.json`
    TerraformJson,
    /// `*.tfvars`
    Variables,
    /// `*.tfvars.json`
    VariablesJson,
    /// `.terraform.lock.hcl`
    Lock,
    /// YAML
    Yaml,
    /// JSON
    Json,
    /// A Dockerfile
    Dockerfile,
    /// A pipeline of Jenkins
    Jenkinsfile,
    /// Any other text
    Text,
    /// Known never to be text
    Binary,
}

impl Format {
    /// Whether a file that cannot be read as this format is a failure of the run.
    pub(crate) fn is_supported(self) -> bool {
        !matches!(self, Self::Text | Self::Binary)
    }

    /// What users call the format.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Terraform | Self::TerraformJson | Self::Variables | Self::VariablesJson | Self::Lock => "Terraform",
            Self::Yaml => "YAML",
            Self::Json => "JSON",
            Self::Dockerfile => "Dockerfile",
            Self::Jenkinsfile => "Jenkinsfile",
            Self::Text => "text",
            Self::Binary => "binary",
        }
    }
}

/// Extensions of files that hold no text that a person wrote.
const BINARY: &[&str] = &[
    "7z", "a", "avi", "bin", "bmp", "bz2", "class", "dll", "dylib", "ear", "eot", "exe", "gif", "gz", "ico", "jar",
    "jpeg", "jpg", "lockb", "mov", "mp3", "mp4", "node", "o", "otf", "pdf", "png", "pyc", "so", "tar", "tgz", "tif",
    "tiff", "ttf", "war", "wasm", "webm", "webp", "woff", "woff2", "xz", "zip", "zst",
];

/// The format of a path.
pub(crate) fn classify(path: &str) -> Format {
    let name = path.rsplit('/').next().unwrap_or(path);
    let lower = name.to_ascii_lowercase();
    let ends = |suffix: &str| lower.len() > suffix.len() && lower.ends_with(suffix);
    if lower == ".terraform.lock.hcl" {
        return Format::Lock;
    }
    if ends(".tf") || ends(".tofu") {
        return Format::Terraform;
    }
    if ends(".tf.json") || ends(".tofu.json") {
        return Format::TerraformJson;
    }
    if ends(".tfvars") {
        return Format::Variables;
    }
    if ends(".tfvars.json") {
        return Format::VariablesJson;
    }
    if is_dockerfile(path) {
        return Format::Dockerfile;
    }
    if is_jenkinsfile(path) {
        return Format::Jenkinsfile;
    }
    if ends(".yaml") || ends(".yml") {
        return Format::Yaml;
    }
    if ends(".json") {
        return Format::Json;
    }
    match lower.rsplit_once('.') {
        Some((_, extension)) if BINARY.contains(&extension) => Format::Binary,
        _ => Format::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_by_path() {
        for (path, format) in [
            ("main.tf", Format::Terraform),
            ("a/b.tofu", Format::Terraform),
            ("a/b.tf.json", Format::TerraformJson),
            ("prod.auto.tfvars", Format::Variables),
            ("x.tfvars.json", Format::VariablesJson),
            (".terraform.lock.hcl", Format::Lock),
            ("k8s/web.YAML", Format::Yaml),
            (".tf", Format::Text),
            ("a.png", Format::Binary),
            ("README", Format::Text),
            ("ci/Jenkinsfile.release", Format::Jenkinsfile),
            ("Jenkinsfile.md", Format::Text),
        ] {
            assert_eq!(classify(path), format, "{path}");
        }
    }
}
