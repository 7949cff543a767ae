variable "role" {
  type = string
}

resource "google_project_iam_member" "app" {
  project = "shop"
  role    = var.role
  member  = "group:developers@example.com"
}
