resource "google_artifact_registry_repository_iam_member" "app" {
  repository = "app"
  role       = "roles/artifactregistry.reader"
  member     = google_service_account.app.member
}

resource "google_service_account" "app" {
  account_id = "app"
}
