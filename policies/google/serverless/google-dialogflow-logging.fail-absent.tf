resource "google_dialogflow_agent" "main" { # ! google-dialogflow-logging
  display_name          = "help"
  default_language_code = "en"
  time_zone             = "Europe/Paris"
}
