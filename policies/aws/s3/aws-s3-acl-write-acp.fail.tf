data "aws_canonical_user_id" "current" {}

resource "aws_s3_bucket" "logs" {
  bucket = "acme-logs"
}

resource "aws_s3_bucket_acl" "logs" {
  bucket = aws_s3_bucket.logs.id

  access_control_policy {
    grant {
      permission = "WRITE_ACP" # ! aws-s3-acl-write-acp

      grantee {
        type = "Group"
        uri  = "http://acs.amazonaws.com/groups/s3/LogDelivery"
      }
    }

    owner {
      id = data.aws_canonical_user_id.current.id
    }
  }
}
