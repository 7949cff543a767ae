resource "azurerm_security_center_contact" "main" { # ! azure-defender-contact-phone
  name                = "security"
  email               = "security@example.com"
  alert_notifications = true
  alerts_to_admins    = true
}
