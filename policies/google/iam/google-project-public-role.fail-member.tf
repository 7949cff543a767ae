resource "google_project_iam_member" "app" {
  project = "shop"
  role    = "roles/viewer"
  member  = "allAuthenticatedUsers" # ! google-project-public-role
}
