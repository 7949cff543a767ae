resource "aws_s3_bucket" "orders" {
  bucket = "acme-orders"

  grant {
    type        = "Group"
    permissions = ["READ_ACP"]
    uri         = "http://acs.amazonaws.com/groups/global/AllUsers" # ! aws-s3-inline-acl-public
  }
}
