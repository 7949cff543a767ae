use volary_model::FileId;

use super::*;

fn read(text: &str) -> (Dockerfile, Vec<Issue>) {
    parse(FileId(0), text)
}

fn words(instruction: &Instruction) -> Vec<&str> {
    instruction.words.iter().map(|word| &*word.text).collect()
}

#[test]
fn instructions_have_names_flags_words_and_spans() {
    let text = "# syntax=docker/dockerfile:1\nfrom --platform=linux/amd64 alpine:3 as Build\n  COPY --chown=a:b --link src dst\n";
    let (file, issues) = read(text);
    assert_eq!(issues, []);
    assert_eq!(&*file.directives[0].value, "docker/dockerfile:1");
    let [from, copy] = file.instructions.as_slice() else { panic!("two instructions") };
    assert_eq!((&*from.name, from.flag("platform")), ("FROM", Some("linux/amd64")));
    assert_eq!(words(from), ["alpine:3", "as", "Build"]);
    assert_eq!((copy.flag("chown"), copy.flag("link"), copy.flag("from")), (Some("a:b"), Some(""), None));
    assert_eq!(words(copy), ["src", "dst"]);
    assert_eq!(&text[copy.span.start as usize..copy.span.end as usize], "COPY --chown=a:b --link src dst");
    assert_eq!(&text[copy.words[1].span.start as usize..copy.words[1].span.end as usize], "dst");
}

#[test]
fn continuations_comments_and_empty_lines_keep_offsets() {
    for text in [
        "RUN a && \\\n  # comment \\\n\n  b \\  \n c\nUSER x\n",
        "RUN a && \\\r\n  # comment \\\r\n\r\n  b \\  \r\n c\r\nUSER x\r\n",
    ] {
        let (file, issues) = read(text);
        assert_eq!(issues, []);
        let run = &file.instructions[0];
        assert_eq!(words(run), ["a", "&&", "b", "c"]);
        for word in &run.words {
            assert_eq!(&text[word.span.start as usize..word.span.end as usize], &*word.text);
        }
        assert_eq!(run.text.len(), (run.text_span.end - run.text_span.start) as usize);
        assert_eq!(words(&file.instructions[1]), ["x"]);
    }
}

#[test]
fn the_escape_directive_changes_the_continuation() {
    let (file, issues) = read("# escape=`\nFROM x\nCOPY a `\n  c:\\dir\\\nUSER y\n");
    assert_eq!(issues, []);
    assert_eq!(file.escape, '`');
    assert_eq!(words(&file.instructions[1]), ["a", "c:\\dir\\"]);
    assert_eq!(words(&file.instructions[2]), ["y"]);
}

#[test]
fn a_doubled_escape_is_no_continuation() {
    let (file, _) = read("RUN echo a\\\\\nUSER x\n");
    assert_eq!(file.instructions.len(), 2);
}

#[test]
fn lists_are_told_from_text() {
    let (file, _) =
        read("CMD [\"a\", \\\n \"b c\"]\nCMD [a, b]\nHEALTHCHECK --interval=5s CMD [\"x\"]\nRUN [ -f x ] && y\n");
    let exec = |n: usize| -> Option<Vec<&str>> {
        file.instructions[n].exec.as_ref().map(|words| words.iter().map(|word| &*word.text).collect())
    };
    assert_eq!(exec(0), Some(vec!["a", "b c"]));
    assert_eq!(exec(1), None);
    assert_eq!(exec(2), Some(vec!["x"]));
    assert_eq!(exec(3), None);
}

#[test]
fn heredocs_end_at_their_marker() {
    let text = "RUN <<EOF bash\napt-get update\n# no comment\nEOF\nCOPY <<-'A' <<B /x/\n\ta\n\tA\nb\nB\nUSER x\n";
    let (file, issues) = read(text);
    assert_eq!(issues, []);
    let [run, copy, user] = file.instructions.as_slice() else { panic!("three instructions") };
    assert_eq!(&*run.heredocs[0].text, "apt-get update\n# no comment\n");
    assert!(run.heredocs[0].expand);
    assert_eq!((&*copy.heredocs[0].text, &*copy.heredocs[1].text), ("\ta\n", "b\n"));
    assert!(!copy.heredocs[0].expand && copy.heredocs[0].strip_tabs);
    assert_eq!(words(user), ["x"]);
    assert_eq!(&text[copy.span.start as usize..copy.span.end as usize], "COPY <<-'A' <<B /x/\n\ta\n\tA\nb\nB");
}

#[test]
fn what_is_no_instruction_costs_only_itself() {
    let (file, issues) = read("FROM x\nRUN a &&\n  apt-get install y\nUSER z\nRUN <<EOF\nx\n");
    assert_eq!(file.instructions.len(), 4);
    assert_eq!(issues.len(), 2);
    assert!(issues[0].message.contains("apt-get"), "{}", issues[0].message);
    assert!(issues[1].message.contains("EOF"), "{}", issues[1].message);
}

#[test]
fn onbuild_is_unwrapped() {
    let (file, _) = read("ONBUILD RUN --network=none make\nONBUILD\n");
    assert_eq!((&*file.instructions[0].name, file.instructions[0].onbuild), ("RUN", true));
    assert_eq!(file.instructions[0].flag("network"), Some("none"));
    assert_eq!((&*file.instructions[1].name, file.instructions[1].onbuild), ("ONBUILD", false));
}

#[test]
fn pieces_of_words() {
    let text = |text: &str| Piece::Text(text.into());
    let variable =
        |name: &str, written: &str| Piece::Variable { name: name.into(), modifier: None, written: written.into() };
    assert_eq!(pieces("a\"b c\"'$d'", '\\'), [text("ab c$d")]);
    assert_eq!(
        pieces("x$A-${B}y", '\\'),
        [text("x"), variable("A", "$A"), text("-"), variable("B", "${B}"), text("y")]
    );
    assert_eq!(pieces("\\$A", '\\'), [text("$A")]);
    assert_eq!(pieces("", '\\'), [text("")]);
    assert_eq!(pieces("${", '\\'), [text("${")]);
    let default = Piece::Variable {
        name: "A".into(),
        modifier: Some((Modifier::Default { colon: true }, "${B:-c}".into())),
        written: "${A:-${B:-c}}".into(),
    };
    assert_eq!(pieces("${A:-${B:-c}}", '\\'), [default]);
}
