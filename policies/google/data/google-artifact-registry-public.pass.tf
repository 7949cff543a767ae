resource "google_artifact_registry_repository_iam_binding" "app" {
  repository = "app"
  role       = "roles/artifactregistry.reader"
  members    = ["group:team@example.com"]
}

resource "google_artifact_registry_repository_iam_member" "reader" {
  repository = "app"
  role       = "roles/artifactregistry.reader"
  member     = "serviceAccount:app@shop.iam.gserviceaccount.com"
}
