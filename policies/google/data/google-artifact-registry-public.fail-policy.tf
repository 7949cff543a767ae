resource "google_artifact_registry_repository_iam_policy" "app" {
  repository  = "app"
  policy_data = data.google_iam_policy.app.policy_data
}

data "google_iam_policy" "app" {
  binding {
    role    = "roles/artifactregistry.reader"
    members = ["allUsers"] # ! google-artifact-registry-public
  }
}
