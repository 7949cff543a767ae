//! PowerShell and cmd.

use volary_pipeline::Platform;

use super::support::read;
use crate::script::{FlowKind, Status, Taint};
use crate::tri::Tri;

const SCAN: &str = "trivy image --exit-code 1 app:1";
const REPORT: &str = "trivy image --format json -o report.json app:1";

const POWERSHELL: &[(&str, Status, Option<FlowKind>)] = &[
    ("SCAN", Status::NonZero, None),
    ("SCAN\nWrite-Host done", Status::NonZero, None),
    ("SCAN\ndocker images", Status::Zero, Some(FlowKind::NoErrexit)),
    ("SCAN\nif ($LASTEXITCODE -ne 0) { exit 1 }\ndocker images", Status::NonZero, Some(FlowKind::Gate)),
    ("SCAN\nif ($LASTEXITCODE -ne 0) {\n  throw \"findings\"\n}\ndocker images", Status::NonZero, Some(FlowKind::Gate)),
    ("SCAN\nif (-not $?) { exit 1 }\ndocker images", Status::NonZero, Some(FlowKind::Gate)),
    ("SCAN\n$code = $LASTEXITCODE\ndocker images\nexit $code", Status::NonZero, Some(FlowKind::Gate)),
    ("SCAN\nexit 0", Status::Zero, Some(FlowKind::ForcedResult)),
    ("$PSNativeCommandUseErrorActionPreference = $true\nSCAN\ndocker images", Status::NonZero, None),
    ("$out = SCAN\ndocker images", Status::Zero, Some(FlowKind::NoErrexit)),
    (
        "REPORT\n$r = Get-Content report.json | ConvertFrom-Json\nif ($r.Results.Count -gt 0) { Write-Error 'bad'; exit 1 }",
        Status::NonZero,
        Some(FlowKind::Gate),
    ),
    (
        "REPORT\n$r = (Get-Content -Raw report.json | ConvertFrom-Json).Results\nif ($r.Count -gt 0)\n{\n  throw 'bad'\n}",
        Status::NonZero,
        Some(FlowKind::Gate),
    ),
    (
        "REPORT\n$bad = $false\nforeach ($x in (Get-Content report.json | ConvertFrom-Json)) { if ($x.Severity -eq 'High') { $bad = $true } }\nif ($bad) { exit 1 }",
        Status::NonZero,
        Some(FlowKind::Gate),
    ),
    ("try { SCAN; if ($LASTEXITCODE) { throw 'x' } } catch { Write-Host $_ }\ndocker images", Status::Zero, None),
    (
        "try { SCAN; if ($LASTEXITCODE) { throw 'x' } } catch { Write-Host $_; exit 1 }",
        Status::NonZero,
        Some(FlowKind::Gate),
    ),
    ("function Scan {\n  SCAN\n}\nScan", Status::NonZero, None),
    (
        "function Invoke-Scan($image) {\n  trivy image --exit-code 1 $image\n  if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }\n}\nInvoke-Scan -image app:1\ndocker images",
        Status::NonZero,
        Some(FlowKind::Gate),
    ),
    ("& trivy image --exit-code 1 'app:1'", Status::NonZero, None),
    (
        "$images = @('app:1', 'app:2')\nforeach ($i in @('app:1', 'app:2')) {\n  trivy image --exit-code 1 $i\n  if ($LASTEXITCODE -ne 0) { $failed = $true }\n}\nif ($failed) { exit 1 }",
        Status::NonZero,
        Some(FlowKind::Gate),
    ),
    ("SCAN | Out-File out.txt", Status::NonZero, None),
    ("SCAN || exit 1\ndocker images", Status::NonZero, Some(FlowKind::Gate)),
    ("trivy image `\n  --exit-code 1 `\n  app:1", Status::NonZero, None),
    // What blocks of a pipe assign stays.
    (
        "$found = $false\n'a', 'b' | ForEach-Object {\n  foreach ($p in (Get-ChildItem $_)) {\n    npm audit | Tee-Object -Variable Seen\n    $lines = $Other + $Seen | Select-String '>'\n    if ($lines.Count -gt 0) { $found = $true }\n  }\n}\nif ($found) {\n  Write-Host bad\n  $(exit 1)\n} else {\n  $(exit 0)\n}",
        Status::NonZero,
        Some(FlowKind::Gate),
    ),
    (
        "$found = $null\nnpm audit | Tee-Object -Variable found\nif ($found -match 'critical') { exit 1 }",
        Status::NonZero,
        Some(FlowKind::Gate),
    ),
    (
        "@('app:1') | ForEach-Object { trivy image --exit-code 1 $_; if ($LASTEXITCODE -ne 0) { exit 1 } }\ndocker images",
        Status::NonZero,
        Some(FlowKind::Gate),
    ),
    ("SCAN | Tee-Object -Variable out\nWrite-Host $out", Status::NonZero, None),
    (
        "$text = npm audit | Out-String\n$all = \"x\" + $text\nif ($all.Contains('critical')) { throw 'bad' }",
        Status::NonZero,
        Some(FlowKind::Gate),
    ),
];

const CMD: &[(&str, Status, Option<FlowKind>)] = &[
    ("SCAN", Status::NonZero, None),
    ("SCAN\r\necho done", Status::NonZero, None),
    ("SCAN\r\ndocker images", Status::Zero, Some(FlowKind::NoErrexit)),
    ("SCAN || exit /b 1\r\ndocker images", Status::NonZero, Some(FlowKind::Gate)),
    ("SCAN\r\nif errorlevel 1 exit /b 1\r\ndocker images", Status::NonZero, Some(FlowKind::Gate)),
    (
        "SCAN\r\nif %ERRORLEVEL% NEQ 0 (\r\n  echo bad\r\n  exit /b %ERRORLEVEL%\r\n)\r\ndocker images",
        Status::NonZero,
        Some(FlowKind::Gate),
    ),
    (
        "SCAN\r\nif not \"%ERRORLEVEL%\"==\"0\" goto :failed\r\ndocker images\r\nexit /b 0\r\n:failed\r\nexit /b 1",
        Status::NonZero,
        Some(FlowKind::Gate),
    ),
    ("SCAN & docker images", Status::Zero, Some(FlowKind::NoErrexit)),
    ("SCAN\r\nexit /b 0", Status::Zero, Some(FlowKind::ForcedResult)),
    ("set IMAGE=app:1\r\ncall trivy image --exit-code 1 %IMAGE%", Status::NonZero, None),
];

fn wrong(shell: &str, cases: &[(&str, Status, Option<FlowKind>)]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (script, expected, fact) in cases {
        let script = script.replace("SCAN", SCAN).replace("REPORT", REPORT);
        let case = read(shell, &script, &[], Platform::Azure);
        let normal = case.run(&[], &mut Taint::default());
        let found = case.run(&case.scans(), &mut Taint::default());
        let first = found.why.first().map(|fact| fact.kind);
        if normal.status != Status::Zero || found.status != *expected || first != *fact {
            wrong.push(format!(
                "{shell}: {script}\n  clean {:?}, found {:?}, expected {expected:?}; facts {:?}, expected {fact:?}; commands {:?}",
                normal.status,
                found.status,
                found.why.iter().map(|fact| (fact.kind, &*fact.text)).collect::<Vec<_>>(),
                case.analysed.commands.iter().map(|command| (&command.written, command.roles.len())).collect::<Vec<_>>(),
            ));
        }
    }
    wrong
}

#[test]
fn findings_in_powershell() {
    let wrong = wrong("pwsh", POWERSHELL);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn findings_in_cmd() {
    let wrong = wrong("cmd", CMD);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_task_that_is_told_to_fail_fails() {
    let script = "REPORT\nif (Select-String -Path report.json -Pattern CRITICAL) {\n  Write-Host \"##vso[task.complete result=Failed;]bad\"\n}";
    let case = read("pwsh", &script.replace("REPORT", REPORT), &[], Platform::Azure);
    assert_eq!(case.ends(), (Status::Zero, Status::NonZero));
}

#[test]
fn powershell_files_are_followed() {
    let files = [("eng/scan.ps1", "param([string]$Image)\ntrivy image --exit-code 1 $Image\nexit $LASTEXITCODE\n")];
    for call in [
        "./eng/scan.ps1 -Image app:1",
        "& \"$PSScriptRoot/eng/scan.ps1\"",
        "pwsh -File eng/scan.ps1",
        "& $(Build.SourcesDirectory)/eng/scan.ps1",
    ] {
        let case = read("pwsh", call, &files, Platform::Azure);
        assert_eq!(case.ends(), (Status::Zero, Status::NonZero), "{call}: {:?}", case.analysed.commands);
        let execution = case.run(&[], &mut Taint::default());
        assert_eq!(case.ran(&execution, "trivy"), Tri::Yes, "{call}");
    }
}

#[test]
fn the_last_statement_decides_over_a_command_of_powershell() {
    for (call, wanted) in [
        ("pwsh -NoProfile -Command \"Assert-PSRule -InputPath infra -Module PSRule.Rules.Azure\"", Status::NonZero),
        ("pwsh -Command 'trivy image --exit-code 1 app:1'", Status::NonZero),
        ("pwsh -c 'trivy image --exit-code 1 app:1; Write-Host done'", Status::Zero),
        ("pwsh -c 'trivy image --exit-code 1 app:1; exit $LASTEXITCODE'", Status::NonZero),
        ("pwsh -c 'trivy image --exit-code 1 app:1; if ($LASTEXITCODE) { throw 1 }; docker images'", Status::NonZero),
        ("cmd //c \"trivy image --exit-code 1 app:1\"", Status::NonZero),
        ("bash -lc 'trivy image --exit-code 1 app:1; docker images'", Status::Zero),
    ] {
        let case = read("bash -e", call, &[], Platform::GitLab);
        assert_eq!(case.ends(), (Status::Zero, wanted), "{call}: {:?}", case.analysed.commands);
    }
}
