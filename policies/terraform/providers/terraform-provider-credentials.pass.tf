variable "api_key" {
  type = string
}

variable "app_key" {
  type = string
}

provider "aws" {
  region = "eu-west-1"
}

provider "datadog" {
  api_key = var.api_key
  app_key = var.app_key
}
