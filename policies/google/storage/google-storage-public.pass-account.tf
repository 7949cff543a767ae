resource "google_storage_bucket_iam_member" "app" {
  bucket = "shop-files"
  role   = "roles/storage.objectViewer"
  member = google_service_account.app.member
}

resource "google_service_account" "app" {
  account_id = "app"
}
