resource "aws_iam_user" "ada" {
  name = "ada"
}

resource "aws_iam_user_group_membership" "ada" {
  user   = aws_iam_user.ada.name
  groups = ["ops"]
}
