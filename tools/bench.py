#!/usr/bin/env python3
"""Times `volary check` as a whole process, side by side with Checkov where it is installed.

usage: tools/bench.py [--volary PATH] [--checkov PATH] [--corpora DIR] [--runs N] [--peer-runs N] [--only a,b,c,start]

Trees: (a) one small Terraform file; (b) the Terraform trees of the corpora as one tree (left out without --corpora);
(c) generated monorepos of 5,000, 10,000 and 20,000 files. Prints a Markdown table of median wall time and peak memory.
Runs of the two programs alternate, so that a change of the machine's speed meets both. Needs GNU time (/usr/bin/time).
"""
import argparse, os, resource, shutil, statistics, subprocess, sys, tempfile, time

SMALL = '''resource "azurerm_storage_account" "a" {
  name                     = "examplestorage"
  resource_group_name      = "rg"
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "LRS"
  min_tls_version          = "TLS1_0"
}
'''

def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w') as f: f.write(text)

def monorepo(root, files):
    """Services with a module call, resources, manifests, a Dockerfile and source files; one in ten files has something to find."""
    write(f'{root}/modules/net/main.tf', 'variable "name" { type = string }\nvariable "source_prefix" { default = "10.0.0.0/8" }\n'
          'resource "azurerm_network_security_group" "n" {\n  name = var.name\n  location = "westeurope"\n  resource_group_name = "rg"\n'
          '  security_rule {\n    name = "ssh"\n    priority = 100\n    direction = "Inbound"\n    access = "Allow"\n    protocol = "Tcp"\n'
          '    source_port_range = "*"\n    destination_port_range = "22"\n    source_address_prefix = var.source_prefix\n    destination_address_prefix = "*"\n  }\n}\n')
    made, i = 1, 0
    while made < files:
        s = f'{root}/services/s{i:05}'
        write(f'{s}/infra/main.tf', f'module "net" {{\n  source = "../../../modules/net"\n  name = "nsg-{i}"\n}}\n\nlocals {{\n  tags = {{ service = "s{i}", tier = var.tier }}\n}}\n\n' +
              ''.join(f'resource "azurerm_storage_account" "a{n}" {{\n  name = "st{i}x{n}"\n  resource_group_name = "rg-{i}"\n  location = var.location\n  account_tier = "Standard"\n  account_replication_type = "ZRS"\n'
                      f'  min_tls_version = "{"TLS1_0" if i % 10 == 0 else "TLS1_2"}"\n  public_network_access_enabled = false\n  allow_nested_items_to_be_public = false\n  shared_access_key_enabled = false\n  tags = local.tags\n}}\n\n' for n in range(3)))
        write(f'{s}/infra/variables.tf', 'variable "tier" {\n  type = string\n  default = "standard"\n}\n\nvariable "location" {\n  type = string\n}\n')
        write(f'{s}/k8s/deploy.yaml', f'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: s{i}\n  namespace: shop\nspec:\n  selector:\n    matchLabels: {{app: s{i}}}\n  template:\n    metadata:\n      labels: {{app: s{i}}}\n    spec:\n'
              f'      securityContext:\n        runAsNonRoot: true\n      containers:\n        - name: web\n          image: registry.example.com/s{i}:1.{i}\n          securityContext:\n            privileged: {"true" if i % 10 == 0 else "false"}\n            allowPrivilegeEscalation: false\n')
        write(f'{s}/Dockerfile', f'FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nUSER 1000\nCMD ["python", "s{i}.py"]\n')
        for n in range(6):
            write(f'{s}/src/m{n}.py', ''.join(f'def f{k}(x):\n    """Adds {k} to x."""\n    return x + {k}\n\n\n' for k in range(25)))
        made += 10; i += 1

def measure(command, cwd):
    """Wall seconds and peak memory in MB. GNU time starts the program, because a process that Python starts inherits
    Python's own peak."""
    start = time.perf_counter()
    run = subprocess.run(['/usr/bin/time', '-f', '%M'] + command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    took = time.perf_counter() - start
    return took, float(run.stderr.strip().splitlines()[-1]) / 1024

def median(rows): return statistics.median(r[0] for r in rows), statistics.median(r[1] for r in rows)

def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    ap.add_argument('--volary', default=f'{here}/target/release/volary'); ap.add_argument('--checkov', default=shutil.which('checkov'))
    ap.add_argument('--corpora', default=None); ap.add_argument('--runs', type=int, default=10); ap.add_argument('--peer-runs', type=int, default=None); ap.add_argument('--only', default='start,a,b,c')
    o = ap.parse_args(); only = set(o.only.split(',')); peer_runs = o.peer_runs or o.runs
    work = tempfile.mkdtemp(prefix='volary-bench-')
    try:
        trees = []
        if 'a' in only:
            write(f'{work}/a/main.tf', SMALL); trees.append(('(a) one small file', f'{work}/a', True))
        if 'b' in only and o.corpora:
            os.makedirs(f'{work}/b')
            for name in ['checkov-graph'] + [f'kics/{d}' for d in sorted(os.listdir(f'{o.corpora}/kics')) if d.startswith('terraform-')]:
                shutil.copytree(f'{o.corpora}/{name}', f'{work}/b/{name}')
            for folder, _, _ in os.walk(f'{work}/b'): os.chmod(folder, 0o755)
            trees.append(('(b) Terraform corpora', f'{work}/b', True))
        if 'c' in only:
            for n in (5000, 10000, 20000):
                monorepo(f'{work}/c{n}', n); trees.append((f'(c) {n:,} files', f'{work}/c{n}', False))
        print('| tree | volary | memory | checkov | memory | times faster | memory share |\n|---|---|---|---|---|---|---|')
        if 'start' in only:
            os.makedirs(f'{work}/empty')
            for label, command in (('`volary --version`', [o.volary, '--version']), ('`check` of an empty folder', [o.volary, 'check', '.'])):
                t, m = median([measure(command, f'{work}/empty') for _ in range(o.runs)])
                print(f'| {label} | {t*1000:.1f} ms | {m:.0f} MB | | | | |')
        for label, tree, peer in trees:
            ours, theirs = [], []
            measure([o.volary, 'check', '.', '--format', 'sarif', '--output', f'{work}/out'], tree)
            for run in range(o.runs):
                ours.append(measure([o.volary, 'check', '.', '--format', 'sarif', '--output', f'{work}/out'], tree))
                if peer and o.checkov and run < peer_runs:
                    theirs.append(measure([o.checkov, '-d', '.', '--quiet', '--compact', '--skip-download', '-o', 'json'], tree))
            t, m = median(ours); row = f'| {label} | {t*1000:.0f} ms | {m:.0f} MB |'
            if theirs:
                pt, pm = median(theirs); row += f' {pt:.1f} s | {pm:.0f} MB | {pt/t:.0f} | {m/pm:.2f} |'
            else: row += ' | | | |'
            print(row, flush=True)
    finally:
        shutil.rmtree(work, ignore_errors=True)

if __name__ == '__main__': sys.exit(main())
