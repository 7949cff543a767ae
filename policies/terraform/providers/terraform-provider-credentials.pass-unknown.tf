variable "client_secret" {
  type = string
}

provider "azurerm" {
  client_secret = var.client_secret
}
