resource "aws_iam_user" "ada" {
  name = "ada"
}

module "groups" {
  source = "git::https://git.example.com/groups.git"
  user   = aws_iam_user.ada.name
}
