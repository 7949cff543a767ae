//! The facet `k8s.component`: how a program of Kubernetes itself is configured, wherever that is written: options of a
//! container, its configuration file, the arguments that kubeadm passes on.

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_model::{Data, Entry, Origin, Role, Span, Subject, SubjectId, Value};

use crate::entries::{entry, entry_span, field, path, present, scalar_text, text_at};

/// Programs that are components of a cluster.
const PROGRAMS: &[&str] =
    &["etcd", "kube-apiserver", "kube-controller-manager", "kube-proxy", "kube-scheduler", "kubelet"];

/// Options with the paths of the fields that replace them.
type Fields = &'static [(&'static str, &'static [&'static str])];

/// Kinds of configuration files, the programs that read them, and what they replace. The description of every option
/// names its field:
/// <https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/>.
const FIELDS: &[(&str, &str, Fields)] = &[
    (
        "KubeletConfiguration",
        "kubelet",
        &[
            ("address", &["address"]),
            ("anonymous-auth", &["authentication", "anonymous", "enabled"]),
            ("authentication-token-webhook", &["authentication", "webhook", "enabled"]),
            ("authorization-mode", &["authorization", "mode"]),
            ("client-ca-file", &["authentication", "x509", "clientCAFile"]),
            ("event-qps", &["eventRecordQPS"]),
            ("feature-gates", &["featureGates"]),
            ("make-iptables-util-chains", &["makeIPTablesUtilChains"]),
            ("pod-max-pids", &["podPidsLimit"]),
            ("protect-kernel-defaults", &["protectKernelDefaults"]),
            ("read-only-port", &["readOnlyPort"]),
            ("rotate-certificates", &["rotateCertificates"]),
            ("rotate-server-certificates", &["serverTLSBootstrap"]),
            ("seccomp-default", &["seccompDefault"]),
            ("streaming-connection-idle-timeout", &["streamingConnectionIdleTimeout"]),
            ("tls-cert-file", &["tlsCertFile"]),
            ("tls-cipher-suites", &["tlsCipherSuites"]),
            ("tls-min-version", &["tlsMinVersion"]),
            ("tls-private-key-file", &["tlsPrivateKeyFile"]),
        ],
    ),
    (
        "KubeSchedulerConfiguration",
        "kube-scheduler",
        &[("profiling", &["enableProfiling"]), ("leader-elect", &["leaderElection", "leaderElect"])],
    ),
    (
        "KubeProxyConfiguration",
        "kube-proxy",
        &[
            ("bind-address", &["bindAddress"]),
            ("metrics-bind-address", &["metricsBindAddress"]),
            ("profiling", &["enableProfiling"]),
        ],
    ),
];

/// Where kubeadm's documents hold further arguments of a program.
const KUBEADM: &[(&str, &str, &[&str])] = &[
    ("ClusterConfiguration", "kube-apiserver", &["apiServer", "extraArgs"]),
    ("ClusterConfiguration", "kube-controller-manager", &["controllerManager", "extraArgs"]),
    ("ClusterConfiguration", "kube-scheduler", &["scheduler", "extraArgs"]),
    ("ClusterConfiguration", "etcd", &["etcd", "local", "extraArgs"]),
    ("InitConfiguration", "kubelet", &["nodeRegistration", "kubeletExtraArgs"]),
    ("JoinConfiguration", "kubelet", &["nodeRegistration", "kubeletExtraArgs"]),
];

/// The component that a container runs, if it runs one.
pub(super) fn of_container(container: &Subject, id: SubjectId) -> Option<Subject> {
    let program = field(&container.values, "program")?;
    let name = program.as_text().filter(|name| PROGRAMS.contains(name))?;
    let flags = field(&container.values, "flags")?;
    let settings = match &flags.data {
        Data::Map(map) => {
            let entries = map.entries().iter().map(|entry| Entry {
                key: entry.key.trim_start_matches('-').into(),
                key_span: entry.key_span,
                value: entry.value.clone(),
            });
            Value::map(entries.collect(), flags.origin.clone())
        }
        _ => flags.clone(),
    };
    let values = values(program.clone(), "command", settings, container.header);
    let base = container.clone();
    Some(Subject {
        name: name.into(),
        links: BTreeMap::from([("container".into(), vec![id])]),
        ..subject(base, name, values, container.header)
    })
}

/// The components that a document configures.
pub(super) fn of_document(document: &Subject, owner: SubjectId) -> Vec<Subject> {
    let group = field(&document.values, "apiVersion").and_then(Value::as_text).unwrap_or_default();
    let mut components = Vec::new();
    let mut add = |program: &str, written_in: &str, settings: Value, header: Span| {
        let values = values(text_at(program, header), written_in, settings, header);
        let base = Subject { owner: Some(owner), links: BTreeMap::new(), ..document.clone() };
        components.push(subject(base, program, values, header));
    };
    if group.contains(".config.k8s.io/") {
        for (_, program, fields) in FIELDS.iter().filter(|(kind, _, _)| **kind == *document.kind) {
            let entries = fields.iter().filter_map(|(option, keys)| setting(&document.values, option, keys));
            let settings = Value::map(entries.collect(), Origin::at(document.header, Role::Block));
            add(program, "configuration", settings, document.header);
        }
    }
    if group.starts_with("kubeadm.k8s.io/") {
        for (_, program, keys) in KUBEADM.iter().filter(|(kind, _, _)| **kind == *document.kind) {
            let Some(written) = path(&document.values, keys) else { continue };
            let header = parent_entry(&document.values, keys).and_then(entry_span).unwrap_or(document.header);
            add(program, "kubeadm", arguments(written), header);
        }
    }
    components
}

fn values(program: Value, written_in: &str, settings: Value, header: Span) -> Value {
    let entries =
        vec![entry("program", program), entry("written_in", text_at(written_in, header)), entry("settings", settings)];
    Value::map(entries, Origin::at(header, Role::Block))
}

fn subject(base: Subject, program: &str, values: Value, header: Span) -> Subject {
    Subject {
        kind: "k8s.component".into(),
        address: format!("{}/{program}", base.address).into(),
        definition: format!("{}/{program}", base.definition).into(),
        header,
        values,
        ..base
    }
}

/// A field of a configuration file as the option that it replaces.
fn setting(document: &Value, option: &str, keys: &[&str]) -> Option<Entry> {
    let written = parent_entry(document, keys)?;
    let value = &written.value;
    let joined = |texts: Vec<Arc<str>>| Value::text(texts.join(","), value.origin.clone());
    let value = match &value.data {
        Data::List(list) => joined(list.iter().filter_map(scalar_text).collect()),
        Data::Map(map) => joined(
            map.entries()
                .iter()
                .filter_map(|entry| Some(format!("{}={}", entry.key, scalar_text(&entry.value)?).into()))
                .collect(),
        ),
        _ => as_text(value),
    };
    Some(Entry { key: option.into(), key_span: written.key_span, value })
}

/// Arguments as a map, or as a list of names and values.
fn arguments(written: &Value) -> Value {
    let option = |name: &str| -> Arc<str> { name.trim_start_matches('-').into() };
    let entries = match &written.data {
        Data::Map(map) => map
            .entries()
            .iter()
            .map(|entry| Entry { key: option(&entry.key), key_span: entry.key_span, value: as_text(&entry.value) })
            .collect(),
        Data::List(list) => list
            .iter()
            .filter_map(|argument| {
                let name = present(argument, "name")?;
                let value = field(argument, "value").map_or_else(|| Value::text("", argument.origin.clone()), as_text);
                Some(Entry { key: option(name.value.as_text()?), key_span: entry_span(name), value })
            })
            .collect(),
        _ => return written.clone(),
    };
    Value::map(entries, written.origin.clone())
}

/// Options are texts, as on a command line.
fn as_text(value: &Value) -> Value {
    match scalar_text(value) {
        Some(text) => Value { data: Data::Text(text), ..value.clone() },
        None => value.clone(),
    }
}

/// The entry at the end of a path.
fn parent_entry<'v>(value: &'v Value, keys: &[&str]) -> Option<&'v Entry> {
    let (last, before) = keys.split_last()?;
    present(path(value, before)?, last)
}
