//! Findings inside of policy documents that stand in heredocs and files.

mod common;

use common::Tree;

const POLICY: &str = "aws-resource-policy-public";

const DOCUMENT: &str = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n      \"Sid\": \"Anyone\",\n      \"Effect\": \"Allow\",\n      \"Principal\": \"*\",\n      \"Action\": \"sqs:*\",\n      \"Resource\": \"arn:aws:sqs:eu-west-1:1:q\"\n    }\n  ]\n}\n";

fn queue(policy: &str) -> String {
    format!(
        "resource \"aws_sqs_queue_policy\" \"q\" {{\n  queue_url = \"https://sqs.eu-west-1.amazonaws.com/1/q\"\n  policy = {policy}\n}}\n"
    )
}

fn heredoc() -> String {
    queue(&format!("<<EOF\n{DOCUMENT}EOF"))
}

/// The finding of the policy.
fn finding(tree: &Tree) -> serde_json::Value {
    let run = tree.run(&["check", "--format", "json"]);
    let json = run.json();
    let found = json["findings"].as_array().unwrap().iter().find(|finding| finding["policy"] == POLICY);
    found.unwrap_or_else(|| panic!("{}{}", run.out, run.err)).clone()
}

#[test]
fn a_statement_in_a_heredoc_is_shown_at_its_own_line() {
    let tree = Tree::new(&[("main.tf", &heredoc())]);
    assert_eq!(finding(&tree)["location"]["line"], 10);
    let run = tree.run(&["check", "--details"]);
    assert!(
        run.out.contains("--> main.tf:10:20") && run.out.contains("10 |       \"Principal\": \"*\","),
        "{}",
        run.out
    );
}

#[test]
fn a_document_in_a_file_is_shown_where_it_is_used_and_where_it_is_written() {
    let tree = Tree::new(&[("main.tf", &queue("file(\"p/q.json\")")), ("p/q.json", DOCUMENT)]);
    let finding = finding(&tree);
    assert_eq!(finding["location"]["line"], 3);
    assert_eq!(finding["instances"][0]["chain"][0]["path"], "p/q.json");
    assert_eq!(finding["instances"][0]["chain"][0]["line"], 7);
    let run = tree.run(&["check", "--details"]);
    assert!(run.out.contains("p/q.json:7") && run.out.contains("\"Principal\": \"*\","), "{}", run.out);
}

#[test]
fn comments_before_the_attribute_cover_its_document() {
    let comment = format!("# volary:ignore {POLICY} until=2999-01-01 reason=\"known\"\n");
    let at_attribute = heredoc().replacen("  policy", &format!("  {comment}  policy"), 1);
    let tree = Tree::new(&[("main.tf", &at_attribute)]);
    for text in [at_attribute, format!("{comment}{}", heredoc())] {
        tree.write("main.tf", text.as_bytes());
        assert_eq!(finding(&tree)["status"], "accepted", "{text}");
    }
}

#[test]
fn a_baselined_statement_comes_back_when_it_changes_and_not_when_another_one_does() {
    let two = DOCUMENT.replace(
        "    }\n  ]",
        "    },\n    {\n      \"Effect\": \"Deny\",\n      \"Principal\": {\"AWS\": \"2\"},\n      \"Action\": \"sqs:SendMessage\"\n    }\n  ]",
    );
    let text = queue(&format!("<<EOF\n{two}EOF"));
    let tree = Tree::new(&[("main.tf", &text)]);
    assert_eq!(tree.run(&["baseline"]).code, 0);
    assert_eq!(finding(&tree)["status"], "baselined");
    tree.write("main.tf", format!("# moved\n\n{}", text.replace("SendMessage", "*")).as_bytes());
    assert_eq!(finding(&tree)["status"], "baselined");
    tree.write("main.tf", text.replace("\"Allow\",\n", "\"Allow\",\n      \"NotResource\": [],\n").as_bytes());
    assert_eq!(finding(&tree)["status"], "open");
}

#[test]
fn a_document_that_must_not_be_shown_stays_hidden() {
    let secret = DOCUMENT.replace("q\"", "hidden-name\"");
    let text = format!("variable \"p\" {{\n  sensitive = true\n  default = <<EOF\n{secret}EOF\n}}\n{}", queue("var.p"));
    let tree = Tree::new(&[("main.tf", &text)]);
    for format in ["text", "json", "sarif", "markdown"] {
        let run = tree.run(&["check", "--details", "--format", format]);
        assert!(run.out.contains(POLICY) && !run.out.contains("hidden-name"), "{format}: {}", run.out);
        assert!(!run.out.contains("sqs:*"), "{format}: {}", run.out);
    }
}
