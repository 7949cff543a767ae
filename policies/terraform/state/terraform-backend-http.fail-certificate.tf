terraform {
  backend "http" {
    address                = "https://state.example.com/main"
    skip_cert_verification = true # ! terraform-backend-http
  }
}
