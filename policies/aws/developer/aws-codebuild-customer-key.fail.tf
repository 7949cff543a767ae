resource "aws_codebuild_project" "shop" { # ! aws-codebuild-customer-key
  name         = "shop"
  service_role = "arn:aws:iam::111122223333:role/build"

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
      name  = "STAGE"
      value = "prod"
    }
  }
}
