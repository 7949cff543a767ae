//! What policies judge, and what is deployed together.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::{Reason, Span, Value};

/// Identifies a subject within its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SubjectId(pub u32);

/// A module call through which a definition is used.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Call {
    /// `module "net"`
    pub name: Arc<str>,
    /// The header of the call.
    pub span: Span,
}

/// What a policy judges: a resource (one configured object), a facet of one, or a whole unit.
#[derive(Clone, Debug)]
pub struct Subject {
    /// What it is. Terraform types as they are (`aws_s3_bucket`; data sources as `data.aws_iam_policy_document`),
    /// Kubernetes kinds as they are (`Deployment`; of other API groups as `Service.serving.knative.dev`),
    /// facets with a dot (`k8s.container`, `network.rule`, `dockerfile.run`).
    pub kind: Arc<str>,
    /// The provider: `aws`, `azurerm`, `google`, `kubernetes`, `dockerfile`.
    pub provider: Arc<str>,
    /// The name that its author gave it.
    pub name: Arc<str>,
    /// The address of the instance in its unit: `module.net.azurerm_subnet.a[0]`, `Deployment/shop/web`.
    pub address: Arc<str>,
    /// The address of the definition in its folder: `azurerm_subnet.a`. Equal for all instances.
    pub definition: Arc<str>,
    /// The folder in which the definition lies, relative to the root that was checked; `` for the root.
    pub folder: Arc<str>,
    /// The header: where a finding points when nothing more exact is written.
    pub header: Span,
    /// The whole definition, header and body: what a baseline digests and an ignore comment covers.
    pub extent: Span,
    /// The module calls from the root module down to the definition; empty in the root module.
    pub calls: Arc<[Call]>,
    /// Its values: always a map.
    pub values: Value,
    /// Set where it is not known whether the subject exists at all (`count` or `for_each` not known): judged, marked.
    pub conditional: Option<Reason>,
    /// The version constraint or lock of its provider, where the files say one (`~> 4.0`, `= 4.12.0`).
    pub provider_version: Option<Arc<str>>,
    /// Labels or tags by which others select it.
    pub labels: BTreeMap<Arc<str>, Arc<str>>,
    /// The namespace, where the kind has one.
    pub namespace: Option<Arc<str>>,
    /// Of a facet: the resource that it protects or belongs to.
    pub owner: Option<SubjectId>,
    /// Named ties to other subjects of the unit: a facet's wholes (`pod`, `stage`, `run`, `defined_by`), a resource's
    /// facets (`iam.statement`, `network.rule`).
    pub links: BTreeMap<Arc<str>, Vec<SubjectId>>,
}

/// Something in the unit that could not be read, and may hold resources that nobody saw.
#[derive(Clone, Debug)]
pub struct Gap {
    /// Why.
    pub reason: Reason,
    /// The place of the call, block or file.
    pub span: Span,
    /// The address under which the hidden resources would be (`module.net`); empty when anything could be hidden.
    pub address: Arc<str>,
}

/// How the parts of a unit belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UnitKind {
    /// A Terraform or OpenTofu root module with its variables.
    Terraform,
    /// A folder of Kubernetes manifests.
    Kubernetes,
    /// One Dockerfile.
    Dockerfile,
    /// One pipeline: a workflow or action of GitHub.
    Pipeline,
    /// Text files, judged one by one (credentials).
    Text,
}

/// What is deployed together. Relations between subjects never cross a unit.
#[derive(Clone, Debug)]
pub struct Unit {
    /// What holds it together.
    pub kind: UnitKind,
    /// The folder or file that it is known by, with the variable file where there are several (`envs/prod`, `infra (prod.tfvars)`).
    pub name: Arc<str>,
    /// All subjects; a [`SubjectId`] is an index.
    pub subjects: Vec<Subject>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
}

impl Unit {
    /// The subject with this id.
    pub fn subject(&self, id: SubjectId) -> Option<&Subject> {
        self.subjects.get(id.0 as usize)
    }

    /// All subjects with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (SubjectId, &Subject)> {
        self.subjects.iter().enumerate().map(|(index, subject)| (SubjectId(index as u32), subject))
    }
}
