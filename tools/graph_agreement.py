#!/usr/bin/env python3
"""How far the policies agree with Checkov's cross-resource test cases, resource by resource.

usage: tools/graph_agreement.py CHECKOV_GRAPH_DIR --ids CHECKOV_PACKAGE_DIR [--volary PATH] [--pack DIR] [--misses]

Each folder below CHECKOV_GRAPH_DIR holds Terraform and an expected.yaml with the resources that pass and fail; the id of
the check is in `**/graph_checks/**/NAME.(json|yaml)` of the Checkov package. A check is compared when a policy names its
id as an alias. A file agrees when every resource of it does: those listed as failing have a finding of such a policy, those
listed as passing have none and none that is undecided.
"""
import argparse, glob, json, os, re, subprocess, sys

def lists(path):
    """The lists `pass` and `fail` of an expected.yaml (plain YAML lists of strings; `evaluate: false` entries are left out)."""
    out, key = {'pass': [], 'fail': []}, None
    for line in open(path):
        text = line.split(' #')[0].rstrip()
        m = re.match(r'^(\w+):', text)
        if m: key = m.group(1); continue
        m = re.match(r'^\s*-\s*["\']?([^"\']+?)["\']?\s*$', text)
        if m and key in out: out[key].append(m.group(1))
    return out

def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    ap.add_argument('cases'); ap.add_argument('--ids', required=True); ap.add_argument('--volary', default=f'{here}/target/release/volary')
    ap.add_argument('--pack', default=None); ap.add_argument('--misses', action='store_true'); o = ap.parse_args()
    ids = {}
    for f in glob.glob(f'{o.ids}/**/graph_checks/**/*.json', recursive=True) + glob.glob(f'{o.ids}/**/graph_checks/**/*.yaml', recursive=True):
        m = re.search(r'"?id"?\s*:\s*"?(CKV2?_[A-Z0-9_]+)', open(f).read())
        if m: ids[os.path.splitext(os.path.basename(f))[0]] = m.group(1)
    pack = ['--pack', o.pack] if o.pack else []
    policies = json.loads(subprocess.run([o.volary, 'policy', 'list', '--json'] + pack, capture_output=True, text=True).stdout)
    by_alias = {}
    for p in policies:
        for a in p['aliases']: by_alias.setdefault(a, set()).add(p['id'])
    report = json.loads(subprocess.run([o.volary, 'check', o.cases, '--tier', 'strict', '--format', 'json'] + pack, capture_output=True, text=True).stdout)
    failed, undecided = {}, {}
    def place(path): return path.split('checkov-graph/')[-1].split('/')[0]
    for f in report['findings']:
        if f['status'] != 'open': continue
        for i in f['instances']: failed.setdefault((place(f['location']['path']), f['policy']), set()).update([i['address'], f['address'], f['address'].split('/')[0]])
    for u in report['undecided']: undecided.setdefault((place(u['location']['path']), u['policy']), set()).update([u['address'], u['address'].split('/')[0]])
    compared = agreed = 0
    for folder in sorted(os.listdir(o.cases)):
        ours = by_alias.get(ids.get(folder, ''), set()); expected = f'{o.cases}/{folder}/expected.yaml'
        if not ours or not os.path.exists(expected): continue
        compared += 1; e = lists(expected)
        bad = set().union(*[failed.get((folder, p), set()) for p in ours]); open_ = set().union(*[undecided.get((folder, p), set()) for p in ours])
        wrong = [f'{r}: should fail' for r in e['fail'] if r not in bad] + [f'{r}: should pass' for r in e['pass'] if r in bad or r in open_]
        agreed += not wrong
        if wrong and o.misses: print(f'{folder} ({ids[folder]}, {", ".join(sorted(ours))}): {"; ".join(wrong)}')
    print(f'{compared} checks compared, {agreed} agree on every resource ({100*agreed/max(1,compared):.0f} %)')

if __name__ == '__main__': sys.exit(main())
