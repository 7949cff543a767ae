resource "google_dialogflow_agent" "main" {
  display_name          = "help"
  default_language_code = "en"
  time_zone             = "Europe/Paris"
  enable_logging        = false # ! google-dialogflow-logging
}
