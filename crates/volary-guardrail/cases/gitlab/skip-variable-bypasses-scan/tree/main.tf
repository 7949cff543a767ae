terraform {
  backend "s3" {
    bucket = "cormorant-state"
    key    = "mail.tfstate"
    region = "eu-central-1"
  }
}

resource "aws_ses_domain_identity" "main" {
  domain = "cormorant.example"
}
