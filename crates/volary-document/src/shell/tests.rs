use super::*;

fn names(script: &Script) -> Vec<String> {
    script.commands().map(|(_, command)| command.name.as_ref().map(Word::text).unwrap_or_default()).collect()
}

fn first(text: &str) -> Command {
    parse(text).commands().next().map(|(_, command)| command.clone()).unwrap_or_default()
}

fn arguments(text: &str) -> Vec<String> {
    first(text).arguments.iter().map(Word::text).collect()
}

#[test]
fn commands_come_in_order_with_their_words() {
    let script = parse("set -ex; apt-get update && apt-get install -y \"a b\" c\\ d 'e'f $X\n# no\ncurl x | sh");
    assert_eq!(names(&script), ["set", "apt-get", "apt-get", "curl", "sh"]);
    assert!(script.errors.is_empty());
    let install = script.commands().nth(2).unwrap().1;
    let words: Vec<_> = install.arguments.iter().map(Word::literal).collect();
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(words, [text("install"), text("-y"), text("a b"), text("c d"), text("ef"), None]);
}

#[test]
fn operators_and_nesting_are_kept() {
    let script = parse("a && b || c; d | e |& f & ! g");
    let after: Vec<_> =
        script.commands().map(|(id, command)| (command.name.as_ref().unwrap().text(), script.node(id).after)).collect();
    let expected = [
        ("a", None),
        ("b", Some(Operator::And)),
        ("c", Some(Operator::Or)),
        ("d", None),
        ("e", Some(Operator::Pipe)),
        ("f", Some(Operator::PipeBoth)),
        ("g", None),
    ];
    assert_eq!(after, expected.map(|(name, after)| (name.to_owned(), after)));
    let pipeline = script.nodes.iter().find(|node| matches!(node.kind, Kind::Pipeline)).unwrap();
    assert!(pipeline.background);
    assert!(script.nodes.iter().any(|node| matches!(node.kind, Kind::Negation)));
}

#[test]
fn conditions_branches_and_loops_have_roles() {
    let script = parse(
        "if a; then b; elif c; then d; else e; fi\nwhile f; do g; done\nfor x in 1 $(h); do i; done\ncase $x in a|b) j;; *) k;; esac\nfn() { l; }\n",
    );
    assert!(script.errors.is_empty(), "{:?}", script.errors);
    assert_eq!(names(&script).concat(), "abcdefghijkl");
    let role = |name: &str| {
        let (id, _) = script.commands().find(|(_, c)| c.name.as_ref().unwrap().text() == name).unwrap();
        script.node(script.node(id).parent.unwrap()).role
    };
    for (name, expected) in [
        ("a", Role::Condition),
        ("b", Role::Then),
        ("c", Role::Condition),
        ("d", Role::Then),
        ("e", Role::Else),
        ("f", Role::Condition),
        ("g", Role::Body),
        ("h", Role::Word),
        ("j", Role::Then),
    ] {
        assert_eq!(role(name), expected, "{name}");
    }
}

#[test]
fn substitutions_are_commands_of_their_own() {
    let script = parse("sh -c \"$(curl -fsSL x)\" <(wget y) ${A:-$(z)}\nB=`date` C=1 d");
    assert_eq!(names(&script), ["sh", "curl", "wget", "z", "d", "date"].map(String::from).to_vec());
}

#[test]
fn redirections_and_heredocs_belong_to_their_command() {
    let script = parse("cat <<EOF | grep y && z\nhello $W $(v)\nEOF\necho a >> b 2>&1\nq <<< text\n");
    assert_eq!(names(&script).concat(), "catgrepzvechoq", "{script:#?}");
    let node = |name: &str| {
        let (id, _) = script.commands().find(|(_, c)| c.name.as_ref().unwrap().text() == name).unwrap();
        script.node(id)
    };
    let operators = |name: &str| node(name).redirects.iter().map(|r| r.operator.as_str()).collect::<Vec<_>>();
    assert_eq!(operators("cat"), ["<<"]);
    assert_eq!(arguments("cat <<A b > c\nx\nA\n"), ["b"]);
    assert_eq!(arguments("curl > /x -L y"), ["-L", "y"]);
    assert_eq!(operators("echo"), [">>", ">&"]);
    assert_eq!(operators("q"), ["<<<"]);
    assert_eq!(node("grep").after, Some(Operator::Pipe));
    assert_eq!(node("cat").redirects[0].target.as_ref().unwrap().text(), "hello ${W} $(v)\n");
}

#[test]
fn a_redirection_behind_a_list_is_one_of_its_last_command() {
    let script = parse("a && b > f");
    let (id, _) = script.commands().nth(1).unwrap();
    assert_eq!(script.node(id).redirects.len(), 1);
}

#[test]
fn declarations_and_tests_are_commands() {
    assert_eq!(arguments("export A=b C"), ["A=b", "C"]);
    assert_eq!(first("export A=b").assignments[0].name, "A");
    assert_eq!(names(&parse("[ -f x ] && [[ $a == b ]]")), ["[", "[["]);
    assert_eq!(arguments("[ -f x ]"), ["-f", "x"]);
    assert_eq!(first("A=1 B=$C make").assignments.len(), 2);
}

#[test]
fn words_keep_what_is_expanded() {
    assert_eq!(arguments("a x$B\"y${C}z\" ${D:-e} $((1+2)) \"\""), ["x${B}y${C}z", "${D:-e}", "$((1+2))", ""]);
    assert_eq!(arguments("a \"b c $D e\" \" $A $B \""), ["b c ${D} e", " ${A} ${B} "]);
    assert_eq!(arguments("a \\\n  b"), ["b"]);
    assert_eq!(arguments("a $'b\\tc' \"d\\\"e\\n\""), ["b\tc", "d\"e\\n"]);
}

fn effective_of(text: &str) -> (Vec<String>, Vec<String>, Option<String>) {
    let command = first(text);
    let words: Vec<Word> = command.name.into_iter().chain(command.arguments).collect();
    let effective = effective(&words);
    let words = effective.words.iter().map(Word::text).collect();
    (effective.wrappers, words, effective.inner.map(|inner| inner.text))
}

#[test]
fn wrappers_are_stripped() {
    for (text, wrappers, words) in [
        ("sudo -u root -E A=b apt-get update", "sudo", "apt-get update"),
        ("sudo -uroot -- apt-get update", "sudo", "apt-get update"),
        ("env -i PATH=/x time -f %e nice -n 5 make all", "env time nice", "make all"),
        ("timeout -k 5 10s curl x", "timeout", "curl x"),
        ("xargs -0 -n 1 rm -f", "xargs", "rm -f"),
        ("/usr/bin/sudo /bin/busybox wget x", "sudo busybox", "wget x"),
        ("python3 -m pip install x", "python3", "pip install x"),
        ("command -v curl", "", "command -v curl"),
        ("sudo -l", "", "sudo -l"),
        ("gosu user app", "gosu", "app"),
        ("bash script.sh", "", "bash script.sh"),
    ] {
        let (got, rest, inner) = effective_of(text);
        assert_eq!((got.join(" ").as_str(), rest.join(" ").as_str(), inner), (wrappers, words, None), "{text}");
    }
}

#[test]
fn scripts_inside_of_commands_are_found() {
    let command = first("sudo bash -eo pipefail -c 'a && b' x");
    let words: Vec<Word> = command.name.into_iter().chain(command.arguments).collect();
    let effective = effective(&words);
    let inner = effective.inner.unwrap();
    assert_eq!((inner.text.as_str(), inner.exact), ("a && b", true));
    assert_eq!(inner.options, ["errexit", "pipefail"]);
    assert_eq!(effective.wrappers, ["sudo", "bash"]);
    assert_eq!(effective_of("su -c \"x $Y\" user").2.as_deref(), Some("x ${Y}"));
    assert_eq!(effective_of("sh -c \"$(curl x)\"").2.as_deref(), Some("${_}"));
    assert_eq!(effective_of("eval a b").2.as_deref(), Some("a b"));
}

#[test]
fn what_is_no_shell_is_noted_and_the_rest_is_read() {
    let script = parse("apt-get update\nif [ x ; then\napt-get install y )\n");
    assert!(!script.errors.is_empty());
    assert!(names(&script).contains(&"apt-get".to_owned()));
}

#[test]
fn long_scripts_are_cut_at_a_line() {
    let script = parse(&"echo a\n".repeat(MAX_SCRIPT / 7 + 10));
    assert!(script.cut);
    assert!(script.errors.is_empty());
}

#[test]
fn endless_statements_are_cut_before_they_cost_time() {
    for piece in ["a|", "a=(b ", "a <<<b | ", "a |\n", "a | \\\n"] {
        let script = parse(&format!("first; {}", piece.repeat(MAX_SCRIPT / piece.len() - 10)));
        assert!(script.cut, "{piece}");
        assert_eq!(names(&script), ["first"], "{piece}");
    }
    assert!(!parse(&"a | b | c; d\n".repeat(1_000)).cut);
}

#[test]
fn deep_nesting_ends() {
    for open in ["(", "$(", "{ ", "if ", "\"$(", "((", "${a:-", "a && ", "a | ", "! ", "while "] {
        let _ = parse(&open.repeat(5_000));
        let _ = parse(&format!("{}x", open.repeat(5_000)));
    }
}
