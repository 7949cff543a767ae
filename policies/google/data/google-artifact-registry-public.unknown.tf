variable "member" {
  type = string
}

resource "google_artifact_registry_repository_iam_member" "app" {
  repository = "app"
  role       = "roles/artifactregistry.reader"
  member     = var.member
}
