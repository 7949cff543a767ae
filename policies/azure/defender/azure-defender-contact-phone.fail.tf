resource "azurerm_security_center_contact" "main" {
  name                = "security"
  email               = "security@example.com"
  phone               = "" # ! azure-defender-contact-phone
  alert_notifications = true
  alerts_to_admins    = true
}
