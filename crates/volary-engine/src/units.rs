//! From parsed files to what is deployed together.

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_iac::{dockerfile, kubernetes, terraform as evaluation};
use volary_model::{FileId, Problem, SourceFile, Unit};

use crate::guard::guarded;
use crate::load::{LoadedFile, Parsed, problem_of};
use crate::terraform;

/// All units of the files, in a fixed order: Terraform by folder, Kubernetes by folder, Dockerfiles and texts by path.
pub(crate) fn units(
    files: &mut [LoadedFile],
    installed: BTreeMap<Arc<str>, BTreeMap<String, Arc<str>>>,
) -> (Vec<Unit>, Vec<Problem>) {
    let mut units = Vec::new();
    let mut problems = Vec::new();

    let input = terraform::input(files, installed);
    match guarded(&"".into(), "evaluating Terraform", || evaluation::units(&input, &evaluation::Limits::default())) {
        Ok(evaluated) => {
            units.extend(evaluated.units);
            for issue in &evaluated.problems {
                if let Some(file) = files.get(issue.span.file.0 as usize) {
                    problems.push(problem_of(&file.source, issue));
                }
            }
        }
        Err(problem) => problems.push(problem),
    }

    let mut manifests = Vec::new();
    for (index, file) in files.iter_mut().enumerate() {
        if let Parsed::Manifests(documents) = &mut file.parsed {
            manifests.push(kubernetes::ManifestFile {
                file: FileId(index as u32),
                path: file.source.path().clone(),
                documents: std::mem::take(documents),
            });
        }
    }
    match guarded(&"".into(), "reading Kubernetes manifests", || kubernetes::units(manifests)) {
        Ok(found) => units.extend(found),
        Err(problem) => problems.push(problem),
    }

    for (index, file) in files.iter().enumerate() {
        let id = FileId(index as u32);
        let source: &SourceFile = &file.source;
        if let Parsed::Dockerfile(parsed) = &file.parsed {
            match guarded(source.path(), "reading this Dockerfile", || dockerfile::unit(id, source.path(), parsed)) {
                Ok(unit) => units.push(unit),
                Err(problem) => problems.push(problem),
            }
        }
    }
    for (index, file) in files.iter().enumerate() {
        units.extend(volary_secrets::unit(FileId(index as u32), file.source.path(), &file.secrets));
    }
    (units, problems)
}
