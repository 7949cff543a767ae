//! What a run costs, part by part: parsing, evaluating, the whole. Run with `cargo bench -p volary-engine`.
//!
//! A plain program instead of a benchmark framework: medians of several runs are printed, one line a part. Compare two
//! versions on the same quiet machine.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![allow(missing_docs, reason = "a program")]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use volary_document::{dockerfile, hcl, json, yaml};
use volary_engine::{Pack, Settings, Silent, check};
use volary_model::FileId;
use volary_source::MemoryTree;

const RUNS: usize = 7;

fn main() {
    let terraform = terraform(2_000);
    let manifest = manifests(2_000);
    let json_text = format!("[{}]", vec!["{\"a\": [1, 2, {\"b\": \"text\"}], \"c\": null}"; 20_000].join(","));
    let docker =
        "FROM alpine:3.22 AS base\nRUN apk add --no-cache curl && curl -fsS https://example.com/x -o /x\nUSER 1000\n"
            .repeat(2_000);
    throughput("parse HCL", terraform.len(), || drop(hcl::parse(FileId(0), &terraform)));
    throughput("parse YAML", manifest.len(), || drop(yaml::parse(FileId(0), &manifest, yaml::Dialect::Yaml11)));
    throughput("parse JSON", json_text.len(), || drop(json::parse(FileId(0), &json_text)));
    throughput("parse Dockerfile", docker.len(), || drop(dockerfile::parse(FileId(0), &docker)));

    let pack = Pack::embedded(volary_pack::rules(), volary_pack::examples, volary_pack::VERSION, volary_pack::digest());
    let settings = Settings::new(jiff::civil::date(2026, 1, 1));
    for services in [50, 200, 800] {
        let tree = monorepo(services);
        let took = median(|| drop(check(&tree, &pack, &settings, &Silent)));
        println!(
            "{:<24} {:>9.1} ms   {:.1} µs a file",
            format!("check {} files", services * 4),
            millis(took),
            took.as_secs_f64() * 1e6 / (services * 4) as f64
        );
    }
}

fn throughput(name: &str, bytes: usize, work: impl Fn()) {
    let took = median(work);
    println!("{name:<24} {:>9.1} ms   {:.1} MB/s", millis(took), bytes as f64 / 1e6 / took.as_secs_f64());
}

fn median(work: impl Fn()) -> Duration {
    work();
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .collect();
    times.sort();
    times[RUNS / 2]
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

fn terraform(resources: usize) -> String {
    let mut text = String::new();
    for n in 0..resources {
        let _ = write!(
            text,
            "resource \"azurerm_storage_account\" \"a{n}\" {{\n  name                     = \"st{n}\"\n  location                 = var.location\n  min_tls_version          = \"TLS1_2\"\n  tags                     = merge(local.tags, {{ index = \"{n}\" }})\n\n  network_rules {{\n    default_action = \"Deny\"\n    ip_rules       = [for ip in var.ips : ip if ip != \"\"]\n  }}\n}}\n\n"
        );
    }
    text
}

fn manifests(count: usize) -> String {
    let mut text = String::new();
    for n in 0..count {
        let _ = write!(
            text,
            "---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web{n}\nspec:\n  selector:\n    matchLabels: {{app: web{n}}}\n  template:\n    metadata:\n      labels: {{app: web{n}}}\n    spec:\n      containers:\n        - name: web\n          image: registry.example.com/web:{n}\n          resources: {{limits: {{memory: 1Gi}}}}\n"
        );
    }
    text
}

/// Services that call a shared module, with resources, a manifest and a Dockerfile each.
fn monorepo(services: usize) -> MemoryTree {
    let mut files: Vec<(String, Vec<u8>)> = vec![(
        "modules/net/main.tf".to_owned(),
        b"variable \"name\" { type = string }\nresource \"azurerm_network_security_group\" \"n\" {\n  name = var.name\n  location = \"westeurope\"\n  resource_group_name = \"rg\"\n}\n".to_vec(),
    )];
    for n in 0..services {
        let root = format!(
            "module \"net\" {{\n  source = \"../../modules/net\"\n  name = \"nsg-{n}\"\n}}\n\n{}",
            terraform(3)
        );
        files.push((format!("services/s{n:05}/main.tf"), root.into_bytes()));
        files.push((
            format!("services/s{n:05}/variables.tf"),
            b"variable \"location\" { type = string }\nvariable \"ips\" { default = [\"10.0.0.1\"] }\nlocals { tags = { team = \"shop\" } }\n".to_vec(),
        ));
        files.push((format!("services/s{n:05}/k8s/web.yaml"), manifests(1).into_bytes()));
        files.push((
            format!("services/s{n:05}/Dockerfile"),
            b"FROM python:3.13-slim\nRUN pip install -r requirements.txt\nUSER 1000\n".to_vec(),
        ));
    }
    MemoryTree::new(files)
}
