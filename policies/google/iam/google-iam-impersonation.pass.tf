resource "google_project_iam_member" "app" {
  project = "shop"
  role    = "roles/run.developer"
  member  = "group:developers@example.com"
}
