resource "aws_ebs_volume" "data" {
  availability_zone = "eu-west-1a"
  size              = 40
  encrypted         = false
}

resource "aws_ebs_snapshot" "data" { # ! aws-ebs-snapshot-encrypted
  volume_id = aws_ebs_volume.data.id
}
