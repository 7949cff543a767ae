//! Which version of a provider a module uses, as far as the files say it.

use std::sync::Arc;

use volary_document::hcl::ExprKind;

use super::evaluator::Evaluator;
use super::modules::Module;

impl Evaluator<'_> {
    /// The version of a provider by its local name in a module: what the lock file pins (`= 4.12.0`), else the
    /// constraints of the root module and of the module itself.
    pub(super) fn provider_version(&mut self, module: &Module<'_>, name: &Arc<str>) -> Option<Arc<str>> {
        let key = (module.folder.clone(), name.clone());
        if let Some(known) = self.versions.get(&key) {
            return known.clone();
        }
        let source = source(module, name);
        let root = self.modules.get(&self.root.folder);
        let version = match root.and_then(|root| root.locked.get(&*source)) {
            Some(version) => Some(format!("= {version}").into()),
            None => {
                let mut constraints: Vec<Arc<str>> = Vec::new();
                for (module, name) in
                    root.map(|root| (root, local_name(root, &source))).into_iter().chain([(module, name.clone())])
                {
                    for constraint in constraints_of(module, &name) {
                        if !constraints.contains(&constraint) {
                            constraints.push(constraint);
                        }
                    }
                }
                (!constraints.is_empty()).then(|| constraints.join(", ").into())
            }
        };
        self.versions.insert(key, version.clone());
        version
    }
}

/// The source of a provider without its host: `hashicorp/aws`.
fn source(module: &Module<'_>, name: &str) -> String {
    let required = module.required_providers.iter().find(|required| *required.name == *name);
    match required.and_then(|required| required.source.as_deref()) {
        Some(source) => {
            let parts: Vec<&str> = source.split('/').collect();
            parts[parts.len().saturating_sub(2)..].join("/")
        }
        None => format!("hashicorp/{name}"),
    }
}

/// The name by which a module knows the provider of a source.
fn local_name(module: &Module<'_>, wanted: &str) -> Arc<str> {
    let named = module.required_providers.iter().find(|required| source(module, &required.name) == wanted);
    named.map_or_else(|| wanted.rsplit('/').next().unwrap_or(wanted).into(), |required| required.name.clone())
}

fn constraints_of(module: &Module<'_>, name: &str) -> Vec<Arc<str>> {
    let required = module.required_providers.iter().filter(|required| *required.name == *name);
    // Before Terraform 0.13 the version stood in the provider's block.
    let blocks = module.providers.iter().filter(|block| block.label(0).is_some_and(|label| **label == *name));
    let old = blocks.filter_map(|block| match &block.body.attribute("version")?.value.kind {
        ExprKind::Text(version) => Some(version.clone()),
        _ => None,
    });
    required.filter_map(|required| required.version.clone()).chain(old).collect()
}
