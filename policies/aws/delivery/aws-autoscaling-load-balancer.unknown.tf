variable "group" {}

resource "aws_autoscaling_attachment" "shop" {
  autoscaling_group_name = "shop"
  lb_target_group_arn    = var.group
}
