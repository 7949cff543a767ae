variable "use_default" {
  type = bool
}

resource "aws_default_vpc" "default" {
  count = var.use_default ? 1 : 0
}
