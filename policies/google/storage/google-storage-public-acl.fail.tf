resource "google_storage_bucket_acl" "files" {
  bucket         = "shop-files"
  predefined_acl = "publicRead" # ! google-storage-public-acl
}
