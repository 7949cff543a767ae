resource "google_dialogflow_cx_agent" "main" {
  display_name               = "help"
  default_language_code      = "en"
  time_zone                  = "Europe/Paris"
  enable_stackdriver_logging = false # ! google-dialogflow-cx-logging
}
