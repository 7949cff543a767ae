resource "google_project_iam_binding" "app" {
  project = "shop"
  role    = "roles/viewer"
  members = ["group:team@example.com"]
}

resource "google_project_iam_member" "reader" {
  project = "shop"
  role    = "roles/viewer"
  member  = "serviceAccount:app@shop.iam.gserviceaccount.com"
}
