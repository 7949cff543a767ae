use volary_document::yaml::{self, Dialect};
use volary_model::{Call, Data, Files, Origin, Role, SourceFile, Span, Subject};

use super::*;

mod components;
mod from_terraform;

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
            "Deployment/shop/web/container/app/kube-apiserver",
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
