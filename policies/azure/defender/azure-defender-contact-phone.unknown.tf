variable "choice" {
  type = string
}

resource "azurerm_security_center_contact" "main" {
  name                = "security"
  email               = "security@example.com"
  phone               = var.choice
  alert_notifications = true
  alerts_to_admins    = true
}
