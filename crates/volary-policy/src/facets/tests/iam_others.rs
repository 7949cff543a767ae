use super::lines;

const FIELDS: &[&str] = &["policy_kind", "actions", "not_actions", "resources", "principals", "conditions"];

#[test]
fn roles_of_azure() {
    let text = r#"
data "azurerm_subscription" "s" {}
resource "azurerm_role_definition" "d" {
  name              = "custom"
  scope             = "/subscriptions/1"
  permissions {
    actions      = ["*"]
    not_actions  = ["Microsoft.Authorization/*"]
    data_actions = ["Microsoft.Storage/*"]
  }
  assignable_scopes = ["/", data.azurerm_subscription.s.id]
}
resource "azurerm_storage_account" "a" {}
resource "azurerm_role_assignment" "name" {
  scope                = azurerm_storage_account.a.id
  role_definition_name = "Owner"
  principal_id         = "11"
}
resource "azurerm_role_assignment" "id" {
  scope              = "/subscriptions/1"
  role_definition_id = "${data.azurerm_subscription.s.id}/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c"
  principal_id       = "11"
  principal_type     = "User"
}
resource "azurerm_role_assignment" "custom" {
  scope              = "/subscriptions/1"
  role_definition_id = azurerm_role_definition.d.role_definition_resource_id
  principal_id       = "11"
}
"#;
    assert_eq!(
        lines(text, "iam.statement", FIELDS),
        [
            "azurerm_role_definition.d/permissions/* policy_kind=role@6 actions=[*@7 Microsoft.Storage/*@9] \
             not_actions=[Microsoft.Authorization/*@8] resources=[/@11 ?/subscriptions/@11] principals=[] conditions=[]",
            "azurerm_role_assignment.name of azurerm_storage_account.a policy_kind=resource@14 actions=[role:Owner@16] \
             not_actions=[] resources=[?@15] principals=[{type=Azure@14 value=11@17}] conditions=[]",
            "azurerm_role_assignment.id policy_kind=resource@19 actions=[role:Contributor@21] not_actions=[] \
             resources=[/subscriptions/1@20] principals=[{type=User@23 value=11@22}] conditions=[]",
            "azurerm_role_assignment.custom policy_kind=resource@25 actions=[role:custom@27] not_actions=[] \
             resources=[/subscriptions/1@26] principals=[{type=Azure@25 value=11@28}] conditions=[]",
        ]
    );
}

#[test]
fn bindings_of_google() {
    let text = r#"
variable "members" { type = list(string) }
resource "google_storage_bucket" "b" {
  name = "b"
}
resource "google_storage_bucket_iam_member" "m" {
  bucket = google_storage_bucket.b.name
  role   = "roles/storage.admin"
  member = "allUsers"
}
resource "google_project_iam_binding" "p" {
  project = "p"
  role    = "roles/owner"
  members = concat(["user:a@example.com"], var.members)
  condition {
    title      = "soon"
    expression = "request.time < x"
  }
}
data "google_iam_policy" "d" {
  binding {
    role    = "roles/viewer"
    members = ["group:${var.members[0]}"]
  }
}
resource "google_kms_crypto_key_iam_policy" "k" {
  crypto_key_id = "k"
  policy_data   = data.google_iam_policy.d.policy_data
}
"#;
    assert_eq!(
        lines(text, "iam.statement", FIELDS),
        [
            "google_storage_bucket_iam_member.m of google_storage_bucket.b policy_kind=resource@6 \
             actions=[role:roles/storage.admin@8] not_actions=[] resources=[b@7] \
             principals=[{type=allUsers@9 value=allUsers@9}] conditions=[]",
            "google_project_iam_binding.p policy_kind=resource@11 actions=[role:roles/owner@13] not_actions=[] \
             resources=[p@12] principals=?[{type=user@14 value=user:a@example.com@14}]@14 \
             conditions=[{test=expression@17 variable=soon@17 values=[request.time < x@17]}]",
            "google_kms_crypto_key_iam_policy.k/policy_data/role:roles/viewer policy_kind=resource@28 \
             actions=[role:roles/viewer@28] not_actions=[] resources=[k@27] principals=[{type=group@28 value=?group:@28}] \
             conditions=[]",
        ]
    );
}

#[test]
fn roles_of_kubernetes() {
    let text = r#"
resource "kubernetes_cluster_role_v1" "r" {
  rule {
    api_groups = ["", "apps"]
    resources  = ["secrets", "*"]
    verbs      = ["get", "*"]
  }
}
resource "kubernetes_role_binding" "b" {
  role_ref {
    kind = "ClusterRole"
    name = "cluster-admin"
  }
  subject {
    kind      = "ServiceAccount"
    name      = "default"
    namespace = "shop"
  }
  subject {
    kind = "Group"
    name = "system:masters"
  }
}
"#;
    assert_eq!(
        lines(text, "iam.statement", FIELDS),
        [
            "kubernetes_cluster_role_v1.r/rules/get policy_kind=role@3 actions=[get@6 *@6] not_actions=[] \
             resources=[/secrets@5 /*@5 apps/secrets@5 apps/*@5] principals=[] conditions=[]",
            "kubernetes_role_binding.b policy_kind=resource@9 actions=[role:cluster-admin@12] not_actions=[] \
             resources=[] principals=[{type=ServiceAccount@16 value=shop/default@16} \
             {type=Group@21 value=system:masters@21}] conditions=[]",
        ]
    );
}
