//! From parsed files to what is deployed together.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, OnceLock};

use volary_iac::{dockerfile, kubernetes, terraform as evaluation};
use volary_model::{FileId, Problem, SourceFile, Unit};
use volary_source::Tree;

use crate::guard::guarded;
use crate::load::{LoadedFile, Parsed, problem_of};
use crate::pipelines;
use crate::settings::Settings;
use crate::terraform;

/// The files of the tree for functions that read them.
struct Reader<'a> {
    tree: &'a dyn Tree,
    /// Every file that was listed, sorted at first.
    paths: Vec<Arc<str>>,
    /// The first file of each path; made when a function first reads one.
    ids: OnceLock<HashMap<Arc<str>, FileId>>,
    /// What was read of files in which places may be shown.
    read: Mutex<BTreeMap<FileId, Arc<str>>>,
    scope: &'a [Arc<str>],
}

impl evaluation::TreeFiles for Reader<'_> {
    fn read(&self, path: &str) -> Option<Arc<[u8]>> {
        self.tree.exists(path).then(|| self.tree.read(path).ok()).flatten().map(Into::into)
    }

    fn file(&self, path: &str, text: &str) -> Option<FileId> {
        // The texts of the run have no byte order mark.
        if text.starts_with('\u{feff}') {
            return None;
        }
        let ids = self.ids.get_or_init(|| {
            let ids = self.paths.iter().enumerate().rev();
            ids.map(|(index, path)| (path.clone(), FileId(index as u32))).collect()
        });
        let id = *ids.get(path)?;
        self.read.lock().ok()?.entry(id).or_insert_with(|| text.into());
        Some(id)
    }

    fn below(&self, folder: &str) -> Option<Vec<String>> {
        // Outside of what was listed nobody knows which files there are.
        let listed = |target: &Arc<str>| *folder == **target || folder.starts_with(&format!("{target}/"));
        if !self.scope.is_empty() && !self.scope.iter().any(listed) {
            return None;
        }
        let inside = |path: &Arc<str>| match folder {
            "" => Some(path.to_string()),
            folder => path.strip_prefix(folder)?.strip_prefix('/').map(str::to_owned),
        };
        Some(self.paths.iter().filter_map(inside).collect())
    }
}

/// All units of the files, in a fixed order: Terraform by folder, Kubernetes by folder, Dockerfiles,
/// pipelines and texts by path.
pub(crate) fn units(
    tree: &dyn Tree,
    files: &mut [LoadedFile],
    installed: BTreeMap<Arc<str>, BTreeMap<String, Arc<str>>>,
    settings: &Settings,
) -> (Vec<Unit>, Vec<Problem>) {
    let mut units = Vec::new();
    let mut problems = Vec::new();

    let input = terraform::input(files, installed);
    let limits = evaluation::Limits { threads: settings.threads, ..evaluation::Limits::default() };
    let reader = Reader {
        tree,
        paths: files.iter().map(|file| file.source.path().clone()).collect(),
        ids: OnceLock::new(),
        read: Mutex::default(),
        scope: &settings.scope,
    };
    match guarded(&"".into(), "evaluating Terraform", || evaluation::units_reading(&input, &limits, Some(&reader))) {
        Ok(mut evaluated) => {
            evaluated.units.iter_mut().for_each(kubernetes::facets_of_terraform);
            units.extend(evaluated.units);
            for issue in &evaluated.problems {
                if let Some(file) = files.get(issue.span.file.0 as usize) {
                    problems.push(problem_of(&file.source, issue));
                }
            }
        }
        Err(problem) => problems.push(problem),
    }
    // Texts of files without resources were dropped when they were read; now something points into these.
    for (id, text) in reader.read.into_inner().unwrap_or_default() {
        if let Some(file) = files.get_mut(id.0 as usize).filter(|file| file.source.text().is_empty()) {
            file.source = Arc::new(SourceFile::new(file.source.path().clone(), text));
        }
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
    let patches = kubernetes::patches(&manifests);
    for file in files.iter_mut().filter(|file| patches.contains(file.source.path())) {
        file.not_judged = Some("patches of Kustomize overlays (format not yet supported)");
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
    let (found, more) = pipelines::units(tree, files);
    units.extend(found);
    problems.extend(more);
    for (index, file) in files.iter().enumerate() {
        units.extend(volary_secrets::unit(FileId(index as u32), file.source.path(), &file.secrets));
    }
    (units, problems)
}
