variable "member" {
  type = string
}

resource "google_storage_bucket_iam_member" "app" {
  bucket = "shop-files"
  role   = "roles/storage.objectViewer"
  member = var.member
}
