resource "aws_iam_user" "ada" {
  name = "ada"
}

module "login" {
  source = "git::https://git.example.com/login.git"
  user   = aws_iam_user.ada.name
}
