use volary_document::dockerfile;
use volary_model::{Data, Files, SourceFile, Subject, SubjectId, TextPart, Value};

use super::*;
use crate::entries::{field, path as inside};

fn read(text: &str) -> (Unit, Files) {
    let mut files = Files::default();
    let path: Arc<str> = "src/Dockerfile".into();
    let file = files.add(SourceFile::new(path.clone(), text));
    let (parsed, issues) = dockerfile::parse(file, text);
    assert_eq!(issues, []);
    (unit(file, &path, &parsed), files)
}

fn shown(value: &Value, keys: &[&str]) -> String {
    match inside(value, keys).map(|value| &value.data) {
        None => "absent".into(),
        Some(Data::Text(text)) => text.to_string(),
        Some(Data::Bool(truth)) => truth.to_string(),
        Some(Data::Number(number)) => number.to_string(),
        Some(Data::List(list)) => list.iter().map(|value| shown(value, &[])).collect::<Vec<_>>().join(","),
        Some(Data::Map(map)) => {
            let entries = map.entries().iter().map(|entry| format!("{}={}", entry.key, shown(&entry.value, &[])));
            entries.collect::<Vec<_>>().join(",")
        }
        Some(Data::Unknown(unknown)) if unknown.text.is_empty() => format!("?{}", unknown.reason.about),
        Some(Data::Unknown(unknown)) => {
            let parts = unknown.text.iter().map(|part| match part {
                TextPart::Known(text) => text.to_string(),
                TextPart::Hole => "*".to_owned(),
            });
            format!("?{}", parts.collect::<String>())
        }
        Some(Data::Null) => "null".into(),
    }
}

fn of_kind<'u>(unit: &'u Unit, kind: &str) -> Vec<&'u Subject> {
    unit.subjects.iter().filter(|subject| &*subject.kind == kind).collect()
}

/// A field of every subject of a kind.
fn column(unit: &Unit, kind: &str, keys: &[&str]) -> Vec<String> {
    of_kind(unit, kind).into_iter().map(|subject| shown(&subject.values, keys)).collect()
}

fn commands(text: &str, key: &str) -> Vec<String> {
    column(&read(&format!("FROM x\n{text}\n")).0, "dockerfile.command", &[key])
}

#[test]
fn dockerfiles_have_their_usual_names() {
    for name in
        ["Dockerfile", "a/Dockerfile.dev", "a/dev.Dockerfile", "x.dockerfile", "Containerfile", "dockerfile-prod"]
    {
        assert!(is_dockerfile(name), "{name}");
    }
    for name in [
        ".dockerignore",
        "Dockerfile.dockerignore",
        "docs/dockerfile.md",
        "Dockerfiles/x",
        "dockerfile.go",
        "Dockerfile.j2",
    ] {
        assert!(!is_dockerfile(name), "{name}");
    }
}

#[test]
fn stages_inherit_from_stages() {
    let (unit, files) = read(
        "\
ARG TAG=3
FROM alpine:$TAG AS Base
ENV A=1
USER app:grp
WORKDIR /a
WORKDIR b
HEALTHCHECK --interval=5s CMD curl x
CMD [\"x\"]
FROM base AS other
ENTRYPOINT run
FROM scratch
COPY --from=base /a /b
EXPOSE 22 53/UDP
",
    );
    let stage = |keys: &[&str]| column(&unit, "dockerfile.stage", keys);
    assert_eq!(stage(&["name"]), ["base", "other", "absent"]);
    assert_eq!(stage(&["image", "tag"]), ["3", "3", "absent"]);
    assert_eq!(stage(&["from_stage"]), ["absent", "base", "absent"]);
    assert_eq!(stage(&["user"]), ["app", "app", "absent"]);
    assert_eq!(stage(&["group"]), ["grp", "grp", "absent"]);
    assert_eq!(stage(&["workdir"]), ["/a/b", "/a/b", "absent"]);
    assert_eq!(stage(&["healthcheck", "interval"]), ["5s", "5s", "absent"]);
    assert_eq!(stage(&["env"]), ["A=1", "A=1", ""]);
    assert_eq!(stage(&["cmd", "form"]), ["exec", "absent", "absent"]);
    assert_eq!(stage(&["final"]), ["false", "false", "true"]);
    assert_eq!(stage(&["used"]), ["true", "false", "true"]);
    assert_eq!(stage(&["scratch"]), ["false", "false", "true"]);
    assert_eq!(stage(&["exposed"])[2], "text=22,port=22,protocol=tcp,text=53/UDP,port=53,protocol=udp");
    let stages = of_kind(&unit, "dockerfile.stage");
    assert_eq!(&*stages[1].address, "Dockerfile/other");
    assert_eq!(stages[1].links["parent"], unit.subjects[0].links["dockerfile.stage"][..1]);
    let user = field(&stages[1].values, "user").unwrap();
    let lines: Vec<u32> =
        user.origin.steps().map(|step| files.locate(step.span().unwrap()).unwrap().start.line).collect();
    assert_eq!(lines, [9, 4]);
}

#[test]
fn arguments_and_variables_resolve_as_in_a_build() {
    let (unit, _) = read(
        "\
ARG REG
ARG OS=alpine
ARG FULL=${OS}:3
FROM --platform=$TARGETPLATFORM ${REG}/x:1 AS a
FROM ${FULL} AS b
ARG OS
ARG V=2
ENV V=3 W=$V
LABEL v=${V} w=${W:-no} x=${MISSING:-def} o=$OS q='$V' d=${E:+yes}
FROM $NOTHING AS c
FROM scratch
LABEL x=a${MISSING}b y=${MISSING:-def}
",
    );
    let stage = |keys: &[&str]| column(&unit, "dockerfile.stage", keys);
    assert_eq!(stage(&["image", "tag"])[..2], ["1", "3"]);
    assert_eq!(stage(&["image", "registry"])[..2], ["?REG", "docker.io"]);
    assert_eq!(stage(&["base"])[0], "?*/x:1");
    assert_eq!(stage(&["platform"])[0], "?$TARGETPLATFORM");
    // `W` is set by the instruction that sets `V`: it sees the value before it. What a base image sets is not known.
    assert_eq!(stage(&["labels"])[1], "v=3,w=2,x=?${MISSING:-def},o=alpine,q=$V,d=?${E:+yes}");
    assert_eq!(stage(&["labels"])[3], "x=ab,y=def");
}

#[test]
fn runs_say_how_their_script_is_run() {
    let (unit, _) = read(
        "\
FROM x
RUN set -eux; a | b
RUN [\"/bin/bash\", \"-c\", \"c && d\"]
SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-ec\"]
RUN --mount=type=cache,target=/c --mount=target=/d,readonly --network=none e
RUN <<EOF
f
g
EOF
RUN <<EOF
#!/usr/bin/env python3
print(1)
EOF
RUN cat <<EOF > /x
text
EOF
SHELL [\"powershell\", \"-Command\"]
RUN Get-Item x
ONBUILD RUN h
",
    );
    let run = |keys: &[&str]| column(&unit, "dockerfile.run", keys);
    assert_eq!(run(&["form"]), ["shell", "exec", "shell", "heredoc", "heredoc", "shell", "shell", "shell"]);
    assert_eq!(run(&["language"]), ["sh", "sh", "sh", "sh", "python3", "sh", "powershell", "powershell"]);
    assert_eq!(run(&["commands"]), ["set,a,b", "c,d", "e", "f,g", "", "cat", "", ""]);
    assert_eq!(run(&["pipefail"])[..4], ["false", "false", "true", "true"]);
    assert_eq!(run(&["errexit"])[..4], ["true", "false", "true", "true"]);
    assert_eq!(run(&["mounts"])[2], "type=cache,target=/c,type=bind,target=/d,readonly=true");
    assert_eq!(run(&["network"])[2], "none");
}

#[test]
fn commands_say_what_really_runs() {
    let text = "RUN apt-get update && sudo DEBIAN_FRONTEND=x apt-get -qy --no-install-recommends install -t sid curl=7 vim -o A=b | tee /log";
    assert_eq!(commands(text, "name"), ["apt-get", "apt-get", "tee"]);
    assert_eq!(commands(text, "subcommand"), ["update", "install", "absent"]);
    assert_eq!(commands(text, "operands"), ["", "curl=7,vim", "/log"]);
    assert_eq!(commands(text, "options")[1], "-qy,-q,-y,--no-install-recommends,-t,-o");
    assert_eq!(commands(text, "wrappers"), ["", "sudo", ""]);
    assert_eq!(commands(text, "after"), ["", "&&", "|"]);
    assert_eq!(commands(text, "reads_from"), ["", "", "apt-get"]);
    assert_eq!(commands(text, "pipes_to"), ["", "tee", ""]);
    assert_eq!(commands("RUN A=b make > /x 2>&1", "assignments"), ["A=b"]);
    assert_eq!(commands("RUN A=b make > /x 2>&1", "redirects"), ["/x,1"]);
    assert_eq!(commands("RUN if a; then b; fi; (c); { d; }", "nested"), ["true", "true", "true", "false"]);
    assert_eq!(
        commands("RUN set -o pipefail && a; set +o pipefail; b", "pipefail"),
        ["true", "true", "false", "false"]
    );
}

#[test]
fn scripts_inside_of_commands_are_read() {
    for text in [
        "RUN curl x | sh",
        "RUN sh -c \"$(curl x)\"",
        "RUN bash <(curl x)",
        "RUN sh -c 'curl x | sh'",
        "RUN [\"sh\", \"-c\", \"curl x | bash\"]",
        "RUN sudo bash -c \"$(curl x)\"",
    ] {
        let reads = commands(text, "reads_from");
        assert!(reads.contains(&"curl".to_owned()), "{text}: {reads:?}");
    }
    assert_eq!(commands("RUN sudo su -c 'a && b' x", "wrappers"), ["sudo,su", "sudo,su"]);
    assert_eq!(commands("RUN eval 'eval \"a b\"'", "name"), ["a"]);
    let (unit, files) = read("FROM x\nRUN a && \\\n  bash -c 'b; \\\n   apt-get install c'\n");
    let places = of_kind(&unit, "dockerfile.command").into_iter().map(|subject| files.text(subject.header));
    assert_eq!(places.collect::<Vec<_>>(), ["a", "b", "apt-get install c"]);
}

#[test]
fn words_of_commands_take_the_values_of_variables() {
    let arguments = |text: &str| commands(text, "arguments");
    assert_eq!(arguments("ENV P=\"a b\"\nRUN apk add $P"), ["add,a,b"]);
    assert_eq!(arguments("ENV P=\"a b\"\nRUN apk add \"$P\""), ["add,a b"]);
    assert_eq!(arguments("ARG V=1\nRUN pip install x==$V"), ["install,x==1"]);
    assert_eq!(arguments("ARG V\nRUN pip install x==$V"), ["install,?x==*"]);
    assert_eq!(arguments("ARG V=1\nRUN V=2; pip install x==$V")[0], "install,?x==*");
    assert_eq!(arguments("RUN pip install x==$(cat v) ${Y:-z}"), ["install,?x==*,?${Y:-z}", "v"]);
    assert_eq!(commands("RUN $X y", "name"), ["?$X"]);
}

#[test]
fn copies_and_variables_of_instructions() {
    let (unit, _) = read(
        "FROM x\nCOPY --chown=a a b /c/\nADD [\"x y\", \"/z\"]\nENV A=1 B=\"2 3\"\nENV C all of it\nARG D\nLABEL e=f\nCOPY <<EOF /g\nh\nEOF\n",
    );
    let column = |key: &str| column(&unit, "dockerfile.instruction", &[key]);
    assert_eq!(column("sources")[1..3], ["a,b", "x y"]);
    assert_eq!(column("destination")[1..3], ["/c/", "/z"]);
    assert_eq!(column("variables")[3..7], ["A=1,B=2 3", "C=all of it", "", "e=f"]);
    assert_eq!(column("flags")[1], "chown=a");
    assert_eq!(column("sources")[7], "<<EOF");
    let first = unit.subjects.iter().position(|subject| &*subject.name == "COPY").unwrap();
    assert_eq!(unit.subjects[first].links["previous"], [SubjectId(first as u32 - 1)]);
}

#[test]
fn addresses_do_not_depend_on_what_stands_above() {
    let addresses = |text: &str| -> Vec<String> {
        read(text).0.subjects.iter().map(|subject| subject.address.to_string()).collect()
    };
    let plain = addresses("FROM x AS a\nRUN b c\nRUN b d\n");
    assert!(plain.contains(&"Dockerfile/a/RUN b".to_owned()), "{plain:?}");
    let more = addresses("# z\nARG x=1\nFROM x AS a\nWORKDIR /y\nRUN b c\nRUN b d\n");
    assert!(plain.iter().all(|address| more.contains(address)), "{plain:?} {more:?}");
    let mut distinct = more.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), more.len());
}

#[test]
fn odd_files_are_read_without_harm() {
    for text in [
        "",
        "\n",
        "RUN a\n",
        "USER x\nFROM\n",
        "FROM a AS a\nFROM a AS a\nFROM a\nCOPY --from=9 a b\n",
        "HEALTHCHECK NONE\n",
        "ENV\nENV A\nLABEL\nARG\nCOPY\nADD a\nEXPOSE\nSHELL []\nRUN []\nCMD\n",
    ] {
        let (unit, _) = read(text);
        assert_eq!(&*unit.subjects[0].kind, "dockerfile");
    }
    // A script that is not read whole is a gap, never a silence.
    let (unit, _) = read(&format!("FROM x\nRUN a; {}\n", "b|".repeat(5_000)));
    assert_eq!((unit.gaps.len(), column(&unit, "dockerfile.run", &["commands"])), (1, vec!["a".to_owned()]));
    // A default inside of defaults inside of defaults ends.
    let (unit, _) = read(&format!("ARG A=1\nFROM {}x{}\n", "${B:-".repeat(2_000), "}".repeat(2_000)));
    assert!(column(&unit, "dockerfile.stage", &["base"])[0].starts_with('?'));
}
