resource "aws_autoscaling_attachment" "shop" { # ! aws-autoscaling-load-balancer
  autoscaling_group_name = "shop"
}
