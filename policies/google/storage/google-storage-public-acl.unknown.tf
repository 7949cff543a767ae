variable "acl" {
  type = string
}

resource "google_storage_bucket_acl" "files" {
  bucket         = "shop-files"
  predefined_acl = var.acl
}
