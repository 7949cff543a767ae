resource "aws_ebs_volume" "data" { # ! aws-ebs-customer-key
  availability_zone = "eu-west-1a"
  size              = 40
  encrypted         = true
}
