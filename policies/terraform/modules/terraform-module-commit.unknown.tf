variable "commit" {
  type = string
}

module "network" {
  source = "git::https://example.com/network.git?ref=${var.commit}"
}
