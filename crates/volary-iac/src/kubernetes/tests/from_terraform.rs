//! Resources of Terraform's kubernetes provider.

use super::*;
use crate::entries::field;

/// A Terraform resource whose values are written as YAML here.
fn terraform(kind: &str, values: &str) -> Unit {
    let (mut documents, issues) = yaml::parse(FileId(0), values, Dialect::Yaml12);
    assert_eq!(issues, []);
    let span = Span::new(FileId(0), 0, 1);
    let subject = Subject {
        kind: kind.into(),
        provider: "kubernetes".into(),
        name: "x".into(),
        address: format!("{kind}.x").into(),
        definition: format!("{kind}.x").into(),
        folder: "".into(),
        header: span,
        extent: span,
        calls: Arc::new([] as [Call; 0]),
        values: documents.remove(0),
        conditional: None,
        provider_version: None,
        labels: BTreeMap::new(),
        namespace: None,
        owner: None,
        links: BTreeMap::new(),
    };
    let mut unit = Unit { kind: UnitKind::Terraform, name: "".into(), subjects: vec![subject], gaps: Vec::new() };
    facets_of_terraform(&mut unit);
    unit
}

#[test]
fn terraforms_blocks_give_the_same_facets() {
    let unit = terraform(
        "kubernetes_deployment_v1",
        "\
metadata: [{name: web, namespace: shop, labels: {my_label: a}}]
spec:
- replicas: 2
  selector: [{match_labels: {app: web}}]
  template:
  - metadata: [{labels: {app: web}}]
    spec:
    - host_pid: true
      automount_service_account_token: false
      security_context: [{run_as_user: \"1000\", fs_group: \"5\"}]
      volume: [{name: v, host_path: [{path: /}]}]
      affinity: [{pod_anti_affinity: [{required_during_scheduling_ignored_during_execution: [{topology_key: a}]}]}]
      container:
      - name: app
        image: nginx:1
        security_context: [{privileged: true, capabilities: [{drop: [ALL]}]}]
        env: [{name: A, value_from: [{secret_key_ref: [{name: s, key: k}]}]}]
        resources: [{limits: {cpu: \"1\"}, requests: []}]
        liveness_probe: []
",
    );
    let name = "kubernetes_deployment_v1.x";
    assert_eq!(addresses(&unit), [name, name, &format!("{name}/pod"), &format!("{name}/container/app")]);
    let object = &unit.subjects[1];
    assert_eq!((&*object.kind, &*object.name, object.owner), ("Deployment", "web", Some(SubjectId(0))));
    assert_eq!(shown(&object.values, &["spec", "replicas"]), "2");
    assert_eq!(unit.subjects[0].namespace.as_deref(), Some("shop"));
    assert!(unit.subjects[0].labels.contains_key("my_label"));
    assert_eq!(unit.subjects[2].owner, Some(SubjectId(1)));
    let pod = &unit.subjects[2].values;
    assert_eq!(shown(pod, &["hostPID"]), "true");
    assert_eq!(shown(pod, &["automountServiceAccountToken"]), "false");
    assert_eq!(shown(pod, &["securityContext", "fsGroup"]), "5");
    assert_eq!(shown(pod, &["workload", "kind"]), "Deployment");
    assert_eq!(shown(pod, &["workload", "name"]), "web");
    let volume = &field(pod, "volumes").unwrap().as_list().unwrap()[0];
    assert_eq!(shown(volume, &["hostPath", "path"]), "/");
    let anti = ["affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution"];
    assert_eq!(crate::entries::path(pod, &anti).and_then(Value::as_list).map(<[Value]>::len), Some(1));
    let container = &unit.subjects[3].values;
    assert_eq!(shown(container, &["effective", "privileged"]), "true");
    assert_eq!(shown(container, &["effective", "runAsUser"]), "1000");
    assert_eq!(shown(container, &["resources", "limits", "cpu"]), "1");
    assert!(field(container, "livenessProbe").is_none());
    let variable = &field(container, "env").unwrap().as_list().unwrap()[0];
    assert_eq!(shown(variable, &["valueFrom", "secretKeyRef", "name"]), "s");
}

#[test]
fn manifests_inside_of_terraform_are_read() {
    let unit = terraform(
        "kubernetes_manifest",
        "manifest: {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: c}]}}",
    );
    assert_eq!(addresses(&unit).len(), 4);
    let unit = terraform(
        "kubectl_manifest",
        "yaml_body: |\n  apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n  spec: {containers: [{name: c}]}\n",
    );
    assert_eq!(addresses(&unit)[3], "kubectl_manifest.x/container/c");
    assert_eq!(unit.subjects[3].header.file, FileId(0));
    assert_eq!(&*terraform("kubernetes_secret", "{metadata: [{name: a}]}").subjects[1].kind, "Secret");
    assert_eq!(terraform("kubernetes_labels", "{metadata: [{name: a}]}").subjects.len(), 1);
}

#[test]
fn what_is_not_known_stays_so() {
    let mut unit = terraform("kubernetes_pod", "{metadata: [{name: a}], spec: [{container: [{name: c, image: x}]}]}");
    unit.subjects.truncate(1);
    let unknown = Value::unknown(
        volary_model::Reason::new(volary_model::ReasonKind::DataSource, "data.x"),
        Origin::at(Span::new(FileId(0), 0, 1), Role::Attribute),
    );
    let spec = Value::map(vec![crate::entries::entry("container", unknown)], unit.subjects[0].values.origin.clone());
    let spec = Value::list(vec![spec], unit.subjects[0].values.origin.clone());
    unit.subjects[0].values =
        crate::entries::extended(&unit.subjects[0].values, &["spec"], vec![crate::entries::entry("spec", spec)]);
    facets_of_terraform(&mut unit);
    assert_eq!(addresses(&unit).len(), 4);
    assert!(unit.subjects[3].values.as_unknown().is_some());
}

#[test]
fn terraforms_resources_stand_for_objects() {
    let unit = terraform(
        "kubernetes_cluster_role_v1",
        "\
metadata: [{name: reader}]
rule:
- {api_groups: [\"\"], resources: [secrets], verbs: [get]}
- {non_resource_urls: [/metrics], verbs: [get]}
",
    );
    let role = &unit.subjects[1];
    assert_eq!((&*role.kind, role.namespace.as_deref()), ("ClusterRole", None));
    let rules = field(&role.values, "rules").unwrap().as_list().unwrap();
    assert_eq!(rules.len(), 2);
    assert!(field(&rules[0], "apiGroups").is_some() && field(&rules[1], "nonResourceURLs").is_some());

    let unit = terraform(
        "kubernetes_pod_security_policy_v1beta1",
        "\
metadata: [{name: p}]
spec:
- allow_privilege_escalation: false
  run_as_user: [{rule: MustRunAs, range: [{min: 1, max: 2}, {min: 5, max: 6}]}]
  allowed_host_paths: [{path_prefix: /a, read_only: true}]
",
    );
    let policy = &unit.subjects[1].values;
    assert_eq!(shown(policy, &["spec", "runAsUser", "rule"]), "MustRunAs");
    let ranges = crate::entries::path(policy, &["spec", "runAsUser", "ranges"]).and_then(Value::as_list);
    assert_eq!(ranges.map(<[Value]>::len), Some(2));
    let paths = crate::entries::path(policy, &["spec", "allowedHostPaths"]).and_then(Value::as_list).unwrap();
    assert_eq!(shown(&paths[0], &["pathPrefix"]), "/a");
}
