resource "aws_ebs_volume" "data" { # ! aws-ebs-encrypted
  availability_zone = "eu-west-1a"
  size              = 40
}
