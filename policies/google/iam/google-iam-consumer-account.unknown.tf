variable "member" {
  type = string
}

resource "google_project_iam_member" "app" {
  project = "shop"
  role    = "roles/logging.viewer"
  member  = var.member
}
