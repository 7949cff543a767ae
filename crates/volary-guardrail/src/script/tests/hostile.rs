//! Scripts that nobody writes.

use volary_pipeline::Platform;

use super::support::read;
use crate::script::Taint;

/// Reads and runs a script; a text of everything that came out.
fn all(shell: &str, text: &str, files: &[(&str, &str)]) -> String {
    let case = read(shell, text, files, Platform::Azure);
    let normal = case.run(&[], &mut Taint::default());
    let every: Vec<_> = case.analysed.ids().collect();
    let mut taint = Taint::default();
    let found = case.run(&every, &mut taint);
    format!("{normal:?}{found:?}{taint:?}{:?}{:?}", case.analysed.conditions, case.analysed.commands)
}

const SHELLS: &[&str] = &["bash -e", "pwsh", "cmd"];

#[test]
fn deep_and_long_scripts_end() {
    for piece in [
        "if a; then ",
        "if (a) { ",
        "if a ( ",
        "( ",
        "{ ",
        "$( ",
        "a && ",
        "a | ",
        "! ",
        "case a in a) ",
        "while a; do ",
        "for i in 1 2 3; do ",
        "foreach ($i in 1, 2) { ",
        "\"$(",
        "a \"$( ",
        "[ ( ",
        "-not (",
        "try { ",
        "& { ",
        "f() { f; }; f; ",
        "function f { f }; f; ",
        "trap 'trap ' EXIT; ",
        "eval 'eval ",
        "goto a\n:a\n",
        "if ((a -eq 1) -and (",
        "switch (a) { a { ",
    ] {
        for shell in SHELLS {
            let _ = all(shell, &piece.repeat(2_000), &[]);
        }
    }
}

#[test]
fn ten_thousand_commands_are_bounded() {
    for shell in SHELLS {
        let case = read(shell, &"trivy image app:1\n".repeat(10_000), &[], Platform::GitHub);
        assert!(case.analysed.commands.len() <= 5_000);
        assert!(case.analysed.cut);
        let _ = case.run(&case.scans(), &mut Taint::default());
    }
}

#[test]
fn calls_that_grow_are_bounded() {
    // Each function calls the next one twice.
    let mut script = String::new();
    for at in 0..30 {
        script.push_str(&format!("f{at}() {{ f{}; f{}; }}\n", at + 1, at + 1));
    }
    script.push_str("f30() { trivy image a; }\nf0\n");
    assert!(read("bash", &script, &[], Platform::GitHub).analysed.cut);
    let loops = "for a in 1 2 3 4 5 6 7 8 9 10; do ".repeat(8) + "trivy image a; " + &"done; ".repeat(8);
    assert!(read("bash", &loops, &[], Platform::GitHub).analysed.cut);
    let power =
        "foreach ($a in 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h') { ".repeat(8) + "trivy image a" + &" }".repeat(8);
    assert!(read("pwsh", &power, &[], Platform::GitHub).analysed.cut);
}

#[test]
fn what_calls_itself_ends() {
    let files = [
        ("a.sh", "./a.sh\n./b.sh\n"),
        ("b.sh", "./a.sh\n. ./b.sh\n"),
        ("a.ps1", ". ./a.ps1\n./a.ps1\n"),
        ("Makefile", "a: b\n\tmake a\nb: a\n\t./a.sh\n"),
        ("package.json", "{\"scripts\": {\"a\": \"npm run b\", \"b\": \"npm run a && make a\"}}"),
        (
            "Taskfile.yml",
            "tasks:\n  a:\n    deps: [b]\n    cmds: [{task: b}, task a]\n  b:\n    deps: [a]\n    cmds: ['just a']\n",
        ),
        ("justfile", "a: b\n    just b\nb: a\n    task a\n"),
    ];
    for script in ["./a.sh", "make a", "npm run a", "task a", "just a", "bash -c 'bash a.sh'", "pwsh a.ps1"] {
        let _ = all("bash -e", script, &files);
    }
}

/// A small generator of numbers; the same ones each time.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below.max(1) as u64) as usize
    }
}

const SEEDS: &[(&str, &str)] = &[
    (
        "bash -e",
        "set -euo pipefail\nfor i in a b; do\n  if ! trivy image --exit-code 1 \"$i\" | tee \"${i}.txt\"; then F=1; fi\ndone\ncase \"$F\" in 1) exit \"$F\" ;; *) echo \"ok=${X:-y}\" >> $GITHUB_OUTPUT ;; esac\nf() { local r=$?; return $r; }\nf || true; cat <<E | jq -e .a\n$(x)\nE\n",
    ),
    (
        "pwsh",
        "param([string]$A = 'x')\n$r = Get-Content \"$A/r.json\" | ConvertFrom-Json\nforeach ($x in @('a', \"b$($r.c)\")) { trivy image $x `\n --exit-code 1; if ($LASTEXITCODE -ne 0 -and -not ($x -eq 'b')) { $bad += 1 } }\nswitch ($bad) { 0 { exit 0 } default { throw \"bad $bad\" } }\ntry { & ./a.ps1 } catch { Write-Error $_ } finally { @'\n'@ }\n",
    ),
    (
        "cmd",
        "@echo off\r\nset A=%1\r\nfor %%i in (a b) do (\r\n  trivy image --exit-code 1 %%i || goto :bad\r\n)\r\nif \"%A%\"==\"x\" (echo a) else (exit /b %ERRORLEVEL%)\r\n:bad\r\nexit /b 1\r\n",
    ),
];

#[test]
fn mutations_do_no_harm() {
    let alphabet: Vec<char> = "\"'`$(){}[]|&;<>\\\n %^#@!=-*é\u{1F600}x1".chars().collect();
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    for (shell, seed) in SEEDS {
        for _ in 0..150 {
            let mut text: Vec<char> = seed.chars().collect();
            for _ in 0..=numbers.next(6) {
                let at = numbers.next(text.len());
                match numbers.next(4) {
                    0 => {
                        text.remove(at);
                    }
                    1 => text.insert(at, alphabet[numbers.next(alphabet.len())]),
                    2 => text.truncate(at.max(1)),
                    _ => {
                        let end = (at + numbers.next(20)).min(text.len());
                        let piece: Vec<char> = text[at..end].to_vec();
                        let to = numbers.next(text.len());
                        text.splice(to..to, piece);
                    }
                }
            }
            let text: String = text.into_iter().collect();
            let files = [("a.ps1", text.as_str()), ("Makefile", text.as_str())];
            let first = all(shell, &text, &files);
            assert_eq!(first, all(shell, &text, &files), "{text}");
        }
    }
}
