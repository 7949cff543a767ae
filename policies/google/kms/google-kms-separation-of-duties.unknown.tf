variable "policy" {
  type = string
}

resource "google_project_iam_policy" "main" {
  project     = "shop"
  policy_data = var.policy
}
