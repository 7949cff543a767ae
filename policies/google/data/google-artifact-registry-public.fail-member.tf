resource "google_artifact_registry_repository_iam_member" "app" {
  repository = "app"
  role       = "roles/artifactregistry.reader"
  member     = "allAuthenticatedUsers" # ! google-artifact-registry-public
}
