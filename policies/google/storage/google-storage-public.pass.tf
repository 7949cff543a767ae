resource "google_storage_bucket_iam_binding" "app" {
  bucket  = "shop-files"
  role    = "roles/storage.objectViewer"
  members = ["group:team@example.com"]
}

resource "google_storage_bucket_iam_member" "reader" {
  bucket = "shop-files"
  role   = "roles/storage.objectViewer"
  member = "serviceAccount:app@shop.iam.gserviceaccount.com"
}
