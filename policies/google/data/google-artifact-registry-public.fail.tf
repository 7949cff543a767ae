resource "google_artifact_registry_repository_iam_binding" "app" {
  repository = "app"
  role       = "roles/artifactregistry.reader"
  members    = ["group:team@example.com", "allUsers"] # ! google-artifact-registry-public
}
