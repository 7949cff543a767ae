resource "google_dialogflow_cx_agent" "main" { # ! google-dialogflow-cx-logging
  display_name          = "help"
  default_language_code = "en"
  time_zone             = "Europe/Paris"
}
