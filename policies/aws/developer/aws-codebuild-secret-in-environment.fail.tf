resource "aws_codebuild_project" "shop" {
  name           = "shop"
  service_role   = "arn:aws:iam::111122223333:role/build"
  encryption_key = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"

  artifacts {
    type                = "S3"
    location            = "acme-artifacts"
    encryption_disabled = false
  }

  environment {
    compute_type    = "BUILD_GENERAL1_SMALL"
    image           = "aws/codebuild/standard:7.0"
    type            = "LINUX_CONTAINER"
    privileged_mode = false

    environment_variable {
      name  = "DB_PASSWORD"
      value = "Kq8-vTz4-pLw2-rNs7" # ! aws-codebuild-secret-in-environment
    }
  }
}
