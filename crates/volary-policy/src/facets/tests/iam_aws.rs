use volary_model::Value;

use super::{lines, of_kind, prepared};

const FIELDS: &[&str] = &["policy_kind", "effect", "actions", "resources", "principals", "conditions"];

#[test]
fn documents_as_text_as_values_and_as_data() {
    let text = r#"
resource "aws_s3_bucket" "b" {
  bucket = "b"
}
resource "aws_s3_bucket_policy" "text" {
  bucket = aws_s3_bucket.b.id
  policy = <<EOF
{
  "Statement": {
    "Sid": "Read",
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": ["*"],
    "Principal": "*"
  }
}
EOF
}
resource "aws_sqs_queue" "q" {
  policy = jsonencode({
    Statement = [{
      Effect    = "Deny"
      Action    = ["sqs:*", "s3:*"]
      Principal = { AWS = ["*", aws_iam_role.r.arn] }
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}
data "aws_iam_policy_document" "d" {
  statement {
    actions   = ["iam:*"]
    resources = ["*"]
  }
}
resource "aws_iam_policy" "p" {
  policy = data.aws_iam_policy_document.d.json
}
resource "aws_iam_role" "r" {}
"#;
    assert_eq!(
        lines(text, "iam.statement", FIELDS),
        [
            "aws_s3_bucket_policy.text/policy/Read of aws_s3_bucket.b policy_kind=resource@9 effect=allow@11 \
             actions=[s3:GetObject@12] resources=[*@13] principals=[{type=*@14 value=*@14}] conditions=[]",
            "aws_sqs_queue.q/policy/deny:sqs:* policy_kind=resource@21 effect=deny@22 \
             actions=[sqs:*@23 s3:*@23] resources=[] principals=[{type=AWS@24 value=*@24} {type=AWS@24 value=?arn:@24}] \
             conditions=[{test=Bool@25 variable=aws:SecureTransport@25 values=[false@25]}]",
            // What stands in the data source is used at the attribute.
            "aws_iam_policy.p/policy/iam:* policy_kind=identity@36 effect=allow@36 actions=[iam:*@36] \
             resources=[*@36] principals=[] conditions=[]",
        ]
    );
    let unit = prepared(text);
    let statement = of_kind(&unit, "iam.statement")[2];
    let action = &statement.values.get("actions").and_then(|list| list.as_list()).unwrap()[0];
    let source = action.origin.source().span().unwrap().start as usize;
    assert_eq!(&text[source..source + 7], "\"iam:*\"", "the chain ends where the action is written");
}

#[test]
fn what_cannot_be_read_stays_there() {
    let text = r#"
variable "policy" {}
resource "aws_kms_key" "k" {
  policy = var.policy
}
resource "aws_iam_policy" "broken" {
  policy = "{ nonsense"
}
resource "aws_iam_policy" "file" {
  policy = file("policy.json")
}
resource "aws_iam_policy" "empty" {
  policy = ""
}
data "aws_iam_policy_document" "d" {
  source_policy_documents = [var.policy]
  statement {
    sid = "Known"
    actions = ["s3:${var.policy}"]
  }
}
resource "aws_sns_topic_policy" "t" {
  arn = aws_sns_topic.t.arn
  policy = data.aws_iam_policy_document.d.json
}
resource "aws_sns_topic" "t" {}
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({ Statement = var.policy })
}
"#;
    assert_eq!(
        lines(text, "iam.statement", FIELDS),
        [
            "aws_kms_key.k/policy/? (maybe) policy_kind=resource@4 effect=?@4 actions=?@4 resources=?@4 principals=?@4 \
             conditions=?@4",
            "aws_iam_policy.broken/policy/? policy_kind=identity@7 effect=?@7 actions=?@7 resources=?@7 principals=?@7 \
             conditions=?@7",
            "aws_iam_policy.file/policy/? policy_kind=identity@10 effect=?@10 actions=?@10 resources=?@10 \
             principals=?@10 conditions=?@10",
            "aws_sns_topic_policy.t/policy/Known of aws_sns_topic.t policy_kind=resource@24 effect=allow@24 \
             actions=[?s3:@24] resources=[] principals=[] conditions=[]",
            "aws_sns_topic_policy.t/policy/? of aws_sns_topic.t (maybe) policy_kind=resource@24 effect=?@24 \
             actions=?@24 resources=?@24 principals=?@24 conditions=?@24",
            "aws_iam_role.r/assume_role_policy/? (maybe) policy_kind=trust@28 effect=?@28 actions=?@28 resources=?@28 \
             principals=?@28 conditions=?@28",
        ]
    );
}

#[test]
fn permissions_of_functions() {
    let text = r#"
resource "aws_lambda_function" "f" {}
resource "aws_lambda_permission" "p" {
  statement_id  = "s3"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.f.function_name
  principal     = "s3.amazonaws.com"
  source_arn    = "arn:aws:s3:::b"
}
"#;
    assert_eq!(
        lines(text, "iam.statement", FIELDS),
        ["aws_lambda_permission.p of aws_lambda_function.f policy_kind=resource@3 effect=allow@3 \
          actions=[lambda:InvokeFunction@5] resources=[?@6] principals=[{type=Service@7 value=s3.amazonaws.com@7}] \
          conditions=[{test=ArnLike@8 variable=aws:SourceArn@8 values=[arn:aws:s3:::b@8]}]"]
    );
}

#[test]
fn principals_have_all_of_their_statements() {
    let text = r#"
resource "aws_iam_role" "r" {
  name = "app"
  assume_role_policy = jsonencode({ Statement = { Effect = "Allow", Action = "sts:AssumeRole", Principal = "*" } })
  inline_policy {
    policy = jsonencode({ Statement = { Effect = "Allow", Action = "s3:*", Resource = "a" } })
  }
}
resource "aws_iam_role_policy" "own" {
  role   = "app"
  policy = jsonencode({ Statement = { Effect = "Allow", Action = ["iam:PassRole"], Resource = "b" } })
}
resource "aws_iam_policy" "shared" {
  policy = jsonencode({ Statement = [
    { Effect = "Allow", Action = "ec2:*", Resource = "c" },
    { Effect = "Deny", Action = "kms:*", Resource = "d" },
  ] })
}
resource "aws_iam_policy_attachment" "a" {
  roles      = [aws_iam_role.r.name]
  groups     = [aws_iam_group.g.name]
  policy_arn = aws_iam_policy.shared.arn
}
resource "aws_iam_group" "g" {}
resource "aws_iam_user" "u" {}
resource "aws_iam_user_policy_attachment" "u" {
  user       = aws_iam_user.u.name
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}
"#;
    assert_eq!(
        lines(text, "iam.principal", &["actions", "resources", "policies"]),
        [
            "aws_iam_role.r actions=[s3:*@2 iam:PassRole@2 ec2:*@2] resources=[a@2 b@2 c@2] policies=[?arn:@22]",
            "aws_iam_group.g actions=[ec2:*@24] resources=[c@24] policies=[?arn:@22]",
            "aws_iam_user.u actions=[] resources=[] policies=[arn:aws:iam::aws:policy/AdministratorAccess@28]",
        ]
    );
    let unit = prepared(text);
    let role = of_kind(&unit, "iam.principal")[0];
    assert_eq!(role.links["statements"].len(), 4);
    let statements = role.values.get("statements").and_then(Value::as_list).unwrap();
    assert_eq!(statements.len(), 4);
    let written = statements[1].get("actions").unwrap().origin.source().span().unwrap().start as usize;
    assert!(text[written..].starts_with("[\"iam:PassRole\"]"));
}

#[test]
fn a_policy_that_may_not_exist_leaves_its_principal_open() {
    let text = r#"
variable "on" { type = bool }
resource "aws_iam_role" "r" {}
resource "aws_iam_role_policy" "p" {
  count  = var.on ? 1 : 0
  role   = aws_iam_role.r.id
  policy = jsonencode({ Statement = { Effect = "Allow", Action = "s3:*", Resource = "a" } })
}
resource "aws_iam_role_policy" "q" {
  role   = aws_iam_role.r.id
  policy = jsonencode({ Statement = { Effect = "Allow", Action = "ec2:*", Resource = "b" } })
}
"#;
    assert_eq!(lines(text, "iam.principal", &["actions"]), ["aws_iam_role.r actions=?[ec2:*@3]@3"]);
}

#[test]
fn documents_that_no_resource_uses_are_judged_by_themselves() {
    let text = r#"
data "aws_iam_policy_document" "base" {
  statement {
    actions   = ["ec2:*"]
    resources = ["*"]
  }
}
data "aws_iam_policy_document" "out" {
  source_policy_documents = [data.aws_iam_policy_document.base.json]
  statement {
    actions   = ["s3:*"]
    resources = ["*"]
  }
}
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
  }
}
data "aws_iam_policy_document" "used" {
  statement {
    actions   = ["s3:*"]
    resources = ["*"]
  }
}
resource "aws_iam_policy" "p" {
  policy = data.aws_iam_policy_document.used.json
}
output "json" {
  value = data.aws_iam_policy_document.out.json
}
"#;
    assert_eq!(
        lines(text, "iam.statement", &["policy_kind", "actions"]),
        [
            "aws_iam_policy.p/policy/s3:* policy_kind=identity@31 actions=[s3:*@31]",
            "data.aws_iam_policy_document.out/statement/ec2:* policy_kind=identity@8 actions=[ec2:*@8]",
            "data.aws_iam_policy_document.out/statement/s3:* policy_kind=identity@10 actions=[s3:*@11]",
            "data.aws_iam_policy_document.trust/statement/sts:AssumeRole policy_kind=trust@16 actions=[sts:AssumeRole@17]",
        ]
    );
}
