variable "source" {
  type = string
}

module "network" {
  source = var.source
}
