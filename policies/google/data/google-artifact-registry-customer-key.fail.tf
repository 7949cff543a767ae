resource "google_artifact_registry_repository" "app" { # ! google-artifact-registry-customer-key
  repository_id = "app"
  location      = "europe-west1"
  format        = "DOCKER"
}
