use volary_document::yaml::{self, Dialect};
use volary_model::{Call, Data, Files, Origin, Role, SourceFile, Span, Subject};

use super::*;

/// The unit of one folder, with the files for lines.
fn read(files: &[(&str, &str)]) -> (Vec<Unit>, Files) {
    let mut table = Files::default();
    let manifests = files.iter().map(|(path, text)| {
        let file = table.add(SourceFile::new(*path, *text));
        let (documents, issues) = yaml::parse(file, text, Dialect::Yaml11);
        assert_eq!(issues, []);
        ManifestFile { file, path: (*path).into(), documents }
    });
    (units(manifests.collect()), table)
}

fn one(text: &str) -> (Unit, Files) {
    let (mut units, files) = read(&[("a.yaml", text)]);
    (units.remove(0), files)
}

fn subject<'u>(unit: &'u Unit, address: &str) -> &'u Subject {
    let found = unit.subjects.iter().find(|subject| &*subject.address == address);
    found.unwrap_or_else(|| panic!("no {address} among {:?}", addresses(unit)))
}

fn addresses(unit: &Unit) -> Vec<&str> {
    unit.subjects.iter().map(|subject| &*subject.address).collect()
}

fn shown(value: &Value, keys: &[&str]) -> String {
    match crate::entries::path(value, keys).map(|value| &value.data) {
        None => "absent".into(),
        Some(Data::Text(text)) => text.to_string(),
        Some(Data::Bool(truth)) => truth.to_string(),
        Some(Data::Number(number)) => number.to_string(),
        Some(Data::List(list)) => list.iter().map(|value| shown(value, &[])).collect::<Vec<_>>().join(","),
        Some(other) => format!("{other:?}"),
    }
}

fn line(files: &Files, span: Span) -> u32 {
    files.locate(span).map_or(0, |location| location.start.line)
}

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  labels: {tier: front, version: 2}
  namespace: shop
  name: web
spec:
  template:
    metadata:
      labels: {app: web}
      annotations:
        seccomp.security.alpha.kubernetes.io/pod: runtime/default
        container.apparmor.security.beta.kubernetes.io/app: localhost/x
    spec:
      hostNetwork: yes
      securityContext: {runAsUser: 1000, runAsNonRoot: true}
      initContainers:
      - name: side
        image: busybox
        restartPolicy: Always
      - name: setup
        image: busybox
      containers:
      - name: app
        image: ghcr.io/a/b:1@sha256:aa
        command: [/bin/sh, -c, \"exec env A=b /usr/bin/kube-apiserver --a=b --c d --e\"]
        securityContext:
          runAsUser: 0
          capabilities: {drop: [all], add: [CAP_SYS_ADMIN]}
      - image: nginx
        name: two
        args: [\"--v=2\", \"-x\"]
";

#[test]
fn a_workload_has_a_pod_and_containers() {
    let (unit, files) = one(DEPLOYMENT);
    assert_eq!(
        addresses(&unit),
        [
            "Deployment/shop/web",
            "Deployment/shop/web/pod",
            "Deployment/shop/web/container/app",
            "Deployment/shop/web/container/two",
            "Deployment/shop/web/init/side",
            "Deployment/shop/web/init/setup",
        ]
    );
    let workload = subject(&unit, "Deployment/shop/web");
    assert_eq!(line(&files, workload.header), 6);
    assert_eq!(workload.labels.get("version").map(|text| &**text), Some("2"));
    assert_eq!(workload.links["k8s.container"].len(), 4);
    let pod = subject(&unit, "Deployment/shop/web/pod");
    assert_eq!((pod.namespace.as_deref(), pod.labels.get("app").map(|text| &**text)), (Some("shop"), Some("web")));
    assert_eq!(line(&files, pod.header), 14);
    assert_eq!(shown(&pod.values, &["workload", "kind"]), "Deployment");
    assert_eq!(shown(&pod.values, &["workload", "name"]), "web");
    assert_eq!(pod.owner, Some(SubjectId(0)));
    let app = subject(&unit, "Deployment/shop/web/container/app");
    assert_eq!((app.owner, &app.links["pod"]), (Some(SubjectId(0)), &vec![SubjectId(1)]));
    assert_eq!(line(&files, app.header), 24);
    assert_eq!(line(&files, subject(&unit, "Deployment/shop/web/container/two").header), 31);
}

#[test]
fn containers_say_their_image_program_and_options() {
    let (unit, _) = one(DEPLOYMENT);
    let app = &subject(&unit, "Deployment/shop/web/container/app").values;
    assert_eq!(shown(app, &["type"]), "regular");
    assert_eq!(shown(app, &["image", "repository"]), "a/b");
    assert_eq!(shown(app, &["program"]), "kube-apiserver");
    assert_eq!(shown(app, &["arguments"]), "--a=b,--c,d,--e");
    assert_eq!(shown(app, &["options"]), "--a=b,--a,--c,--e");
    assert_eq!(shown(app, &["flags", "--c"]), "d");
    assert_eq!(shown(app, &["flags", "--e"]), "");
    let two = &subject(&unit, "Deployment/shop/web/container/two").values;
    assert_eq!(shown(two, &["program"]), "absent");
    assert_eq!(shown(two, &["flags", "--v"]), "2");
    assert_eq!(shown(&subject(&unit, "Deployment/shop/web/init/side").values, &["type"]), "sidecar");
    assert_eq!(shown(&subject(&unit, "Deployment/shop/web/init/setup").values, &["type"]), "init");
}

#[test]
fn the_effective_security_context_is_the_containers_over_the_pods_over_the_default() {
    let (unit, files) = one(DEPLOYMENT);
    let app = &subject(&unit, "Deployment/shop/web/container/app").values;
    let two = &subject(&unit, "Deployment/shop/web/container/two").values;
    for (key, of_app, of_two) in [
        (&["runAsUser"][..], "0", "1000"),
        (&["runAsNonRoot"], "true", "true"),
        (&["privileged"], "false", "false"),
        (&["allowPrivilegeEscalation"], "true", "true"),
        (&["capabilities", "drop"], "ALL", ""),
        (&["capabilities", "add"], "SYS_ADMIN", ""),
        (&["seccompProfile", "type"], "RuntimeDefault", "RuntimeDefault"),
        (&["appArmorProfile", "localhostProfile"], "x", "absent"),
        (&["hostNetwork"], "true", "true"),
        (&["hostPID"], "false", "false"),
    ] {
        let keys: Vec<&str> = std::iter::once("effective").chain(key.iter().copied()).collect();
        assert_eq!((shown(app, &keys).as_str(), shown(two, &keys).as_str()), (of_app, of_two), "{key:?}");
    }
    let place = |value: &Value, key: &str| {
        let value = crate::entries::path(value, &["effective", key]).unwrap();
        (line(&files, value.origin.span().unwrap()), value.origin.role)
    };
    assert_eq!(place(app, "runAsUser"), (28, Role::Attribute));
    assert_eq!(place(two, "runAsUser"), (16, Role::Attribute));
    assert_eq!(place(app, "privileged"), (27, Role::DocumentedDefault));
    assert_eq!(place(two, "privileged"), (31, Role::DocumentedDefault));
}

#[test]
fn lists_custom_kinds_and_namespaces() {
    let (unit, _) = one("\
apiVersion: v1
kind: List
items:
- {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: a}}
- {apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: {name: b}, spec: {template: {spec: {containers: [{name: c}]}}}}
- {apiVersion: cert-manager.io/v1, kind: ClusterIssuer, metadata: {name: d}}
- {apiVersion: example.org/v1, kind: Wide, metadata: {name: e}}
- {apiVersion: v1, kind: Pod, metadata: {generateName: f-}, spec: null}
---
apiVersion: v1
kind: PodList
items: [{metadata: {name: g}}]
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: wides.example.org}
spec: {group: example.org, scope: Cluster, names: {kind: Wide}}
---
not: a manifest
---
- a
");
    let resources: Vec<&str> = addresses(&unit).into_iter().filter(|address| !address.contains("/pod")).collect();
    assert_eq!(
        resources,
        [
            "ClusterRole/a",
            "Rollout.argoproj.io/default/b",
            "Rollout.argoproj.io/default/b/container/c",
            "ClusterIssuer.cert-manager.io/d",
            "Wide.example.org/e",
            "Pod/default/f-*",
            "Pod/default/g",
            "CustomResourceDefinition/wides.example.org",
        ]
    );
}

#[test]
fn every_folder_is_a_unit_and_addresses_are_distinct() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n";
    let twice = format!("{pod}---\n{pod}");
    let (units, _) = read(&[("x/b.yaml", &twice), ("x/a.yaml", pod), ("a.yaml", pod)]);
    assert_eq!(units.iter().map(|unit| &*unit.name).collect::<Vec<_>>(), ["", "x"]);
    let pods: Vec<&str> = addresses(&units[1]).into_iter().filter(|address| !address.ends_with("/pod")).collect();
    assert_eq!(pods, ["Pod/default/a", "Pod/default/a@b.yaml", "Pod/default/a@b.yaml#2"]);
}

#[test]
fn patches_of_a_kustomization_are_no_resources() {
    let kustomization = "\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: prod
patches:
- path: patch.yaml
- path: ../base/other.yaml
- patch: |-
    kind: x
    y: z
- path: ../../out.yaml
patchesStrategicMerge: [merge.yaml]
";
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n";
    let (units, _) = read(&[
        ("over/kustomization.yaml", kustomization),
        ("over/patch.yaml", pod),
        ("over/merge.yaml", pod),
        ("over/real.yaml", pod),
        ("base/other.yaml", pod),
    ]);
    assert_eq!(units.iter().map(|unit| &*unit.name).collect::<Vec<_>>(), ["over"]);
    assert_eq!(addresses(&units[0])[1..], ["Pod/prod/a", "Pod/prod/a/pod"]);
}

#[test]
fn manifests_are_told_from_other_yaml() {
    let manifest = |text: &str| is_manifest(&yaml::parse(FileId(0), text, Dialect::Yaml11).0);
    assert!(manifest("a: b\n---\napiVersion: v1\nkind: Pod\n"));
    assert!(!manifest("apiVersion: v2\nname: chart\n"));
    assert!(!manifest("kind: null\napiVersion: v1\n"));
    assert!(!manifest(""));
}

/// Replaces the node with this number, counted depth first, by null.
fn without(value: &Value, target: usize, count: &mut usize) -> Value {
    let here = *count;
    *count += 1;
    if here == target {
        return Value { data: Data::Null, ..value.clone() };
    }
    let data = match &value.data {
        Data::List(list) => Data::List(Arc::new(list.iter().map(|value| without(value, target, count)).collect())),
        Data::Map(map) => {
            let entries = map.entries().iter().map(|entry| volary_model::Entry {
                key: entry.key.clone(),
                key_span: entry.key_span,
                value: without(&entry.value, target, count),
            });
            Data::Map(Arc::new(entries.collect()))
        }
        other => other.clone(),
    };
    Value { data, ..value.clone() }
}

#[test]
fn a_null_anywhere_counts_as_absent() {
    let more = "\
apiVersion: batch/v1
kind: CronJob
metadata: {name: a, labels: {x: y}, annotations: {q: r}}
spec: {jobTemplate: {spec: {template: {metadata: {labels: {a: b}}, spec: {securityContext: {windowsOptions: {hostProcess: true}}, containers: [{name: c, securityContext: {windowsOptions: {runAsUserName: z}}, command: [a, null, b], args: [x]}]}}}}}
---
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: prod
patches: [{path: x}]
---
kind: List
apiVersion: v1
items: [{kind: Pod, apiVersion: v1, metadata: {name: x}, spec: {containers: [{image: a}], volumes: [{name: x, hostPath: {path: /}}]}}]
";
    for text in [DEPLOYMENT, more] {
        let (documents, _) = yaml::parse(FileId(0), text, Dialect::Yaml11);
        for document in 0..documents.len() {
            let mut total = 0;
            without(&documents[document], usize::MAX, &mut total);
            for target in 0..total {
                let mut changed = documents.clone();
                changed[document] = without(&documents[document], target, &mut 0);
                let _ = is_manifest(&changed);
                let file = ManifestFile { file: FileId(0), path: "a.yaml".into(), documents: changed };
                for unit in units(vec![file]) {
                    for subject in &unit.subjects {
                        assert!(subject.values.as_map().is_some());
                        for id in subject.links.values().flatten().chain(&subject.owner) {
                            assert!(unit.subject(*id).is_some());
                        }
                    }
                }
            }
        }
    }
}

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
    assert_eq!(addresses(&unit)[1..], ["kubernetes_deployment_v1.x/pod", "kubernetes_deployment_v1.x/container/app"]);
    assert_eq!(unit.subjects[0].namespace.as_deref(), Some("shop"));
    assert!(unit.subjects[0].labels.contains_key("my_label"));
    let pod = &unit.subjects[1].values;
    assert_eq!(shown(pod, &["hostPID"]), "true");
    assert_eq!(shown(pod, &["automountServiceAccountToken"]), "false");
    assert_eq!(shown(pod, &["securityContext", "fsGroup"]), "5");
    assert_eq!(shown(pod, &["workload", "kind"]), "Deployment");
    assert_eq!(shown(pod, &["workload", "name"]), "web");
    let volume = &field(pod, "volumes").unwrap().as_list().unwrap()[0];
    assert_eq!(shown(volume, &["hostPath", "path"]), "/");
    let anti = ["affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution"];
    assert_eq!(crate::entries::path(pod, &anti).and_then(Value::as_list).map(<[Value]>::len), Some(1));
    let container = &unit.subjects[2].values;
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
    assert_eq!(addresses(&unit).len(), 3);
    let unit = terraform(
        "kubectl_manifest",
        "yaml_body: |\n  apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n  spec: {containers: [{name: c}]}\n",
    );
    assert_eq!(addresses(&unit)[2], "kubectl_manifest.x/container/c");
    assert_eq!(unit.subjects[2].header.file, FileId(0));
    assert_eq!(terraform("kubernetes_", "{}").subjects.len(), 1);
    assert_eq!(terraform("kubernetes_secret", "{metadata: [{name: a}]}").subjects.len(), 1);
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
    assert_eq!(addresses(&unit).len(), 3);
    assert!(unit.subjects[2].values.as_unknown().is_some());
}
