resource "google_storage_bucket_acl" "files" {
  bucket      = "shop-files"
  role_entity = ["OWNER:user-jo@example.com", "READER:allUsers"] # ! google-storage-public-acl
}
