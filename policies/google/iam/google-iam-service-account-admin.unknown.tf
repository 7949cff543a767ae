variable "role" {
  type = string
}

resource "google_project_iam_member" "app" {
  project = "shop"
  role    = var.role
  member  = "serviceAccount:app@shop.iam.gserviceaccount.com"
}
